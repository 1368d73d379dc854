/** Offers content to the person as a file to keep. Browser only. */
export function saveFile(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data once the click returned, in every browser but a slow Safari.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
