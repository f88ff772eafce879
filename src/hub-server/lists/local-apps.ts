const GGUF = ['gguf']
const DIFFUSERS = ['diffusers']

/**
 * What local apps run, in tags and libraries of which a model has one. The Hub looks at each model's own config as well;
 * what it answers to an app that it does not know is not on record.
 */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  'llama.cpp': GGUF,
  'node-llama-cpp': GGUF,
  'docker-model-runner': GGUF,
  ollama: GGUF,
  localai: GGUF,
  jan: GGUF,
  unsloth: GGUF,
  lmstudio: [...GGUF, 'mlx'],
  'mlx-lm': ['mlx'],
  vllm: ['transformers', ...GGUF],
  sglang: ['transformers', ...GGUF],
  tgi: ['text-generation-inference'],
  drawthings: DIFFUSERS,
  diffusionbee: DIFFUSERS,
  invoke: DIFFUSERS,
}

/** The tags of which a model that one of the apps runs has at least one. Unknown apps run nothing. */
export function tagsOfApps(apps: readonly string[]): string[] {
  return [...new Set(apps.flatMap((app) => (Object.hasOwn(RUNS, app) ? (RUNS[app] ?? []) : [])))]
}
