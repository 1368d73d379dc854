// npm packages for a fresh clone: node tools/install.mjs
import { installPackages } from './lib/install.mjs';

await installPackages((text) => process.stdout.write(`${text}\n`));
