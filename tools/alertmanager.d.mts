/** Path of a built Alertmanager. Throws with what to do when there is no Go. */
export function needAlertmanager(say?: (text: string) => void): Promise<string>;
export function alertmanagerPath(): string;
export const ALERTMANAGER_VERSION: string;
