/** A file that a command writes: opened before the work begins, so that a name that cannot be written is told at once. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { faultOf, type InputFault } from './fault.ts';
import { Output } from './output.ts';

export class OutputFile {
  readonly output: Output;
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
    this.output = new Output(file.createWriteStream({ autoClose: false }));
  }

  /** Creates or empties the file. */
  static async open(name: string): Promise<OutputFile | InputFault> {
    try {
      return new OutputFile(await open(name, 'w'));
    } catch (error) {
      return faultOf(error);
    }
  }

  /** Writes what is left. The system's words if anything could not be written, a full disk for one. */
  async close(): Promise<string | undefined> {
    await this.output.flush();
    try {
      await this.#file.close();
    } catch (error) {
      return this.output.failure ?? (error instanceof Error ? error.message : String(error));
    }
    return this.output.failure;
  }
}

/** Whether both names lead to one file, so that writing the one would destroy the other. */
export async function isSameFile(first: string, second: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([stat(first), stat(second)]);
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}
