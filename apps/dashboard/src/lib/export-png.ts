import { saveFile } from './save-file';

/** Properties that colour and letter a drawing; read from the page, where custom properties are resolved. */
const PAINTED = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'fill-opacity',
  'stroke-opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'paint-order',
  'visibility',
  'color',
];

/**
 * Saves the drawing inside `root` as a PNG at twice its size, on the page's own ground. A canvas is taken as it
 * is; an SVG is copied with its computed colours, because a picture has no style sheet. Rejects when there is no
 * drawing to save.
 */
export async function exportPng(root: HTMLElement, name: string): Promise<void> {
  const drawn = root.querySelector<HTMLCanvasElement>('canvas');
  const svg = [...root.querySelectorAll<SVGSVGElement>('svg')].sort((a, b) => area(b) - area(a))[0];
  const source = drawn ?? svg;
  if (!source) throw new Error('there is no drawing on screen');
  const { width, height } = source.getBoundingClientRect();
  const scale = 2;
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');
  context.fillStyle = getComputedStyle(document.body).getPropertyValue('--panel') || '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const image = source instanceof SVGSVGElement ? await svgImage(source, width, height) : source;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the browser made no picture');
  saveFile(name, 'image/png', blob);
}

async function svgImage(svg: SVGSVGElement, width: number, height: number): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  originals.forEach((element, index) => {
    const style = getComputedStyle(element);
    const target = copies[index];
    for (const property of PAINTED) {
      const value = style.getPropertyValue(property);
      if (value) target?.setAttribute(property, value);
    }
    target?.removeAttribute('class');
    target?.removeAttribute('style');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

function area(element: Element): number {
  const { width, height } = element.getBoundingClientRect();
  return width * height;
}
