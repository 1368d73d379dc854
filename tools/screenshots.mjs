// Renews the pictures in docs/images from the last test run's screenshots: node tools/screenshots.mjs
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './lib/run.mjs';

// Next.js brings sharp along for its own images.
const sharp = createRequire(createRequire(import.meta.url).resolve('next/package.json'))('sharp');
const PICTURES = { 'demo-fleet.png': 'fleet.webp', 'demo-model.png': 'model.webp' };

const images = join(root, 'docs', 'images');
mkdirSync(images, { recursive: true });
for (const [from, to] of Object.entries(PICTURES)) {
  const { size } = await sharp(readFileSync(join(root, 'test', 'artifacts', from)))
    .webp({ quality: 82 })
    .toFile(join(images, to));
  process.stdout.write(`docs/images/${to}: ${Math.round(size / 1024)} KiB\n`);
}
