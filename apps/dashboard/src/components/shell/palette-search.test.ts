import { expect, it } from 'vitest';
import { findByName } from './palette-search';

const NAMES = ['late-flights', 'Flights', 'flights 🛫 west', 'rides'];
const find = (text: string, most = 10) => findByName(NAMES, (name) => name, text, most);

it('finds names by every word in any order, those that begin with the text first', () => {
  expect(find('FLIGHTS').shown).toEqual(['Flights', 'flights 🛫 west', 'late-flights']);
  expect(find(' west  fli ').shown).toEqual(['flights 🛫 west']);
  expect(find('🛫').shown).toEqual(['flights 🛫 west']);
  expect(find('nothing')).toEqual({ shown: [], more: 0 });
});

it('shows only so many and says how many more there are', () => {
  expect(find('', 3)).toEqual({ shown: NAMES.slice(0, 3), more: 1 });
  expect(find('', 4)).toEqual({ shown: NAMES, more: 0 });
});
