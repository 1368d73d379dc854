import { signalFeature } from '@leeway/contract';

/** What a signal is called on screen: a feature by its own name, the rest in words that no feature is likely to have. */
export function signalName(signal: string): string {
  return signalFeature(signal) ?? OWN[signal] ?? signal;
}

const OWN: Record<string, string> = {
  '@prediction': 'prediction (output)',
  '@score': 'score (output)',
  '@latency': 'latency (service)',
  '@label': 'label (outcome)',
  '@multivariate': 'All numeric features together',
};
