/** The script of the HTML report: reads the data that the page holds, and brings it to life. */
import type { PageData } from '#diagnose';
import { addCopyButtons, Page, plainPage } from './page.ts';

const holder = document.getElementById('data');
const section = document.getElementById('timeline');
const tools = document.getElementById('tools');
if (holder !== null && section !== null && tools !== null) {
  const data: PageData = JSON.parse(holder.textContent ?? '');
  addCopyButtons(data);
  if (data.connections.length > 0) new Page(data, section, tools);
  else plainPage(data, section, tools);
}
