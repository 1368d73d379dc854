'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button';
import css from './copy-command.module.css';

/** A command line with a button that copies it. Without a clipboard (plain http) the text can still be selected. */
export function CopyCommand(props: { command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.command);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div className={css.command}>
      <pre className={css.text}>{props.command}</pre>
      <Button look="quiet" icon onClick={copy} aria-label={copied ? 'Copied' : 'Copy the command'}>
        {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </Button>
    </div>
  );
}
