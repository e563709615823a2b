// The part of idb that Hørt uses, without its generic types.
export function openDB(
  name: string,
  version: number,
  callbacks?: {
    upgrade?(db: any, oldVersion: number, newVersion: number | null, tx: any): void;
    blocked?(): void;
    blocking?(): void;
    terminated?(): void;
  },
): Promise<any>;
