const GGUF = ['gguf']
const DIFFUSERS = ['diffusers']

/** The tags and libraries that apps can run. The Hub also checks each model's config, and unknown apps are not recorded. */
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

/** The tags of which a model needs at least one to run in one of the apps. Unknown apps run nothing. */
export function tagsOfApps(apps: readonly string[]): string[] {
  return [...new Set(apps.flatMap((app) => (Object.hasOwn(RUNS, app) ? (RUNS[app] ?? []) : [])))]
}
