export { signalTitle as signalName } from '@leeway/contract';
