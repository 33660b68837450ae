/** What a language must provide. A missing text does not compile; tests compare the placeholders of the languages. */
import type { Side } from '#base';
import type { MessageNote } from '#grpc';
import type { Family, FindingId, IdOf, VariantOf } from '../../catalog.ts';
import type { Certainty, Culprit, Severity, Victim } from '../../finding.ts';
import type { ReadingId } from '../../readings.ts';
import type { ReasonKey } from '../../remedies/reasons.ts';
import type { Units } from '../format.ts';
import type { EvidenceKey, Word } from '../params/index.ts';
import type { PageTexts } from './page.ts';

/** Templates, see `template.ts`. */
export interface FindingText {
  /** One line: in English at most 70 columns with realistic values. */
  readonly title: string;
  /** Two to four sentences: what happened on the wire, and why. A sentence is left out when a parameter is absent. */
  readonly explanation: readonly string[];
}

/** An id's own text serves when a finding has no variant; variants replace it. */
export interface FindingTexts extends FindingText {
  /** For the documentation: what must be seen for this verdict. Markdown, without placeholders. */
  readonly proof: string;
  readonly variants: Readonly<Record<string, FindingText>>;
}

interface TextsWith<Variant extends string> extends FindingTexts {
  readonly variants: Readonly<Record<Variant, FindingText>>;
}

/** The texts of one family. */
export type FamilyTexts<Name extends Family> = { readonly [Id in IdOf<Name>]: TextsWith<VariantOf<Id>> };

/** The texts of one reading of a log line. Templates over `readingParams`. */
export interface ReadingText {
  readonly title: string;
  /** What the line proves. */
  readonly proves: string;
  /** What it does not prove. */
  readonly open: string;
  /** What to do next. */
  readonly next: string;
}

export type ReadingTexts = Readonly<Partial<Record<ReadingId, ReadingText>>>;

/** The fixed words of the report. */
export interface ReportTexts {
  readonly read: string;
  readonly noFailure: string;
  readonly nothingFollowed: string;
  readonly infoHeading: string;
  readonly connections: string;
  readonly elsewhere: string;
  readonly evidence: string;
  readonly timeColumn: string;
  readonly directionColumn: string;
  readonly frameColumn: string;
  readonly connectionColumn: string;
  readonly hit: string;
  readonly hitGroup: string;
  readonly hitStreams: string;
  readonly moreConnections: string;
  readonly unknownMethod: string;
  readonly messages: string;
  /** `{side}` is a word. */
  readonly messageHead: string;
  readonly unknownType: string;
  readonly change: string;
  /** For `{change}`: the first setting of a finding that gets a paragraph only. */
  readonly firstChange: string;
  readonly setting: string;
  readonly moreRemedies: string;
  readonly moreEvidence: string;
  readonly moreInfo: string;
  readonly consequences: string;
  readonly moreConsequences: string;
  readonly references: string;
  readonly problem: string;
  /** The last line of the report of a log. */
  readonly readLog: string;
  readonly noKnownLine: string;
  readonly allJoined: string;
  readonly lineColumn: string;
  /** For `{list}`: findings that a line fits as well. */
  readonly also: string;
  /** For `{list}`: findings among which a line does not decide. */
  readonly undecided: string;
  readonly occurrences: string;
  readonly histogram: string;
  readonly hops: string;
  /** Where both inputs show the same connections. */
  readonly hopsPath: string;
  readonly hopsSwapped: string;
  readonly hopsMatched: string;
  readonly hopsClock: string;
  readonly hopsRoutes: string;
  readonly hopsRoute: string;
  readonly hopsTwin: string;
  readonly hopsExample: string;
  readonly clientHop: string;
  readonly serverHop: string;
  readonly clientPlace: string;
  readonly serverPlace: string;
  /** The name of a connection, where two inputs are told of. */
  readonly clientConnection: string;
  readonly serverConnection: string;
}

export interface Messages {
  readonly language: string;
  /** Between the sentences of an explanation. */
  readonly sentenceGap: string;
  /** The script has no blanks between words: those around placeholders are dropped where both neighbours are wide. */
  readonly tightens: boolean;
  /** Between the items of a list in one line. */
  readonly listGap: string;
  readonly units: Units;
  readonly findings: Readonly<Record<FindingId, FindingTexts>>;
  readonly readings: Readonly<Record<ReadingId, ReadingText>>;
  readonly evidence: Readonly<Record<EvidenceKey, string>>;
  readonly reasons: Readonly<Record<ReasonKey, string>>;
  readonly words: Readonly<Record<Word, string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly certainties: Readonly<Record<Certainty, string>>;
  readonly culprits: Readonly<Record<Culprit, string>>;
  readonly retries: Readonly<Record<Victim['retry'], string>>;
  readonly roles: Readonly<Record<Side | 'middlebox', string>>;
  readonly report: ReportTexts;
  /** Of the HTML page. */
  readonly page: PageTexts;
  /** About a message that is shown, or that cannot be. */
  readonly notes: Readonly<Record<MessageNote['kind'], string>>;
}
