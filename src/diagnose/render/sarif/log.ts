/** The parts of SARIF 2.1.0 (OASIS) that our log has. Names and meanings are the specification's; sections are those of its chapter 3. */

/** §3.11. Braces and brackets of `text` are escaped, see `text.ts`. */
export interface SarifMessage {
  readonly text: string;
  readonly markdown?: string;
}

/** §3.8. */
export type SarifProperties = Readonly<Record<string, unknown>>;

/** §3.4. */
export interface SarifArtifactLocation {
  readonly uri: string;
  readonly index?: number;
}

/** §3.33. */
export interface SarifLogicalLocation {
  readonly name: string;
  readonly fullyQualifiedName: string;
  readonly kind: string;
}

/** §3.28. */
export interface SarifLocation {
  readonly id?: number;
  readonly physicalLocation: {
    readonly artifactLocation: SarifArtifactLocation;
    readonly region: { readonly startLine: number };
  };
  readonly logicalLocations?: readonly SarifLogicalLocation[];
  readonly message?: SarifMessage;
  readonly properties?: SarifProperties;
}

/** §3.38. */
export interface SarifThreadFlowLocation {
  readonly location: SarifLocation;
  readonly executionTimeUtc?: string;
}

/** §3.49: what a rule is. */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: SarifMessage;
  readonly fullDescription: SarifMessage;
  readonly help: SarifMessage;
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: SarifLevel };
  readonly properties: SarifProperties;
}

export type SarifLevel = 'error' | 'warning' | 'note' | 'none';

/** §3.27. */
export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: 'fail' | 'informational';
  readonly level: SarifLevel;
  readonly rank: number;
  readonly message: SarifMessage;
  readonly locations: readonly SarifLocation[];
  readonly relatedLocations?: readonly SarifLocation[];
  readonly codeFlows?: readonly { readonly threadFlows: readonly SarifThreadFlow[] }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties: SarifProperties;
}

/** §3.37. */
export interface SarifThreadFlow {
  readonly id: string;
  readonly locations: readonly SarifThreadFlowLocation[];
}

/** §3.24. */
export interface SarifArtifact {
  readonly location: SarifArtifactLocation;
  readonly roles: readonly ['analysisTarget'];
  readonly length: number;
  readonly properties: SarifProperties;
}

/** §3.58. */
export interface SarifNotification {
  readonly level: SarifLevel;
  readonly message: SarifMessage;
  readonly locations: readonly SarifLocation[];
}

/** §3.14. */
export interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly name: string;
      readonly version: string;
      readonly rules: readonly SarifRule[];
    };
  };
  readonly language: string;
  readonly columnKind: 'utf16CodeUnits';
  readonly artifacts: readonly SarifArtifact[];
  readonly invocations: readonly [
    { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly SarifNotification[] },
  ];
  readonly results: readonly SarifResult[];
}

/** §3.13. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [SarifRun];
}
