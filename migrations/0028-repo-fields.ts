import { type Kysely, sql } from 'kysely'
import { describeColumns } from './describe.ts'

/** Every license and size category, more of what a Hub says about a repo as columns of the views, and hashes of all files. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** Sub-selects and expressions, because these cost nothing in a query that does not read the column. */
const COMMON = `r.hub_id, r.id, r.author, r.created_at, r.last_modified, r.sha, r.private, r.gated, r.disabled, r.license,
  r.tags, r.languages, c.likes, c.downloads, c.downloads_all_time, c.trending_score, r.card`
const JOINED = `from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id`
const LICENSES = `${declared('license', 'license:')} as licenses`

/** All values of a column that has only the first: from the tags, else from the card, where any shape may be found. */
function declared(key: string, prefix: string): string {
  const column = key === 'license' ? 'r.license' : 'r.size_category'
  return `case when ${column} is null then '{}'::text[] else coalesce(
    nullif(array(select substr(t.tag, ${prefix.length + 1}) from unnest(r.tags) t(tag) where starts_with(t.tag, '${prefix}')), '{}'),
    nullif(array(select v.value #>> '{}' from jsonb_array_elements(
      case jsonb_typeof(r.card -> '${key}') when 'array' then r.card -> '${key}' else '[]' end) v
      where jsonb_typeof(v.value) = 'string' and btrim(v.value #>> '{}') <> ''), '{}'),
    array[${column}]) end`
}

/** The strings of a JSON list at a path of the payload. */
function listedTexts(path: string): string {
  return `array(select e.value #>> '{}' from json_array_elements(
    case json_typeof(r.payload #> '${path}') when 'array' then r.payload #> '${path}' else '[]' end) e
    where json_typeof(e.value) = 'string')`
}

/** A whole number at a path of the payload; null for anything else. */
function integer(path: string): string {
  return `case when json_typeof(r.payload #> '${path}') = 'number' and r.payload #>> '${path}' ~ '^[0-9]{1,15}$'
    then (r.payload #>> '${path}')::bigint end`
}

/** A text at a path of the payload; null for anything else. */
function text(path: string): string {
  return `case when json_typeof(r.payload #> '${path}') = 'string' then r.payload #>> '${path}' end`
}

/** The mapping is an object by provider in details and a list in listings. */
const PROVIDERS = `array(
    select p.key from json_each(case json_typeof(r.payload -> 'inferenceProviderMapping') when 'object'
      then r.payload -> 'inferenceProviderMapping' else '{}' end) p
    where coalesce(p.value ->> 'status', 'live') = 'live'
    union all
    select e.value ->> 'provider' from json_array_elements(case json_typeof(r.payload -> 'inferenceProviderMapping') when 'array'
      then r.payload -> 'inferenceProviderMapping' else '[]' end) e
    where json_typeof(e.value -> 'provider') = 'string' and coalesce(e.value ->> 'status', 'live') = 'live')`

const statements = [
  'alter table catalog.repo_files add blob_ids bytea[], add pointer_sizes integer[]',
  ...describeColumns('catalog.repo_files', {
    blob_ids: 'Git object ids of the files, one per path; null before they were stored.',
    pointer_sizes: 'Bytes of the pointer in git, one per path; null for files that are not in large file storage.',
  }),
  `create or replace view repo_files as
    select r.kind, f.hub_id, r.id, p.path, p.size, encode(p.sha256, 'hex') as sha256, encode(p.blob_id, 'hex') as blob_id,
      p.pointer_size
    from catalog.repo_files f join catalog.repos r on r.hub_id = f.hub_id,
    unnest(f.paths, f.sizes, f.sha256, f.blob_ids, f.pointer_sizes) as p(path, size, sha256, blob_id, pointer_size)
    where r.removed_at is null`,
  ...describeColumns('repo_files', {
    blob_id: 'Git object id: the SHA-1 of the contents with their git header, or of the pointer to large file storage.',
    pointer_size: 'Bytes of the pointer in git; null for files that are not in large file storage.',
  }),
  `create or replace view models as select ${COMMON}, r.pipeline_tag, r.library_name, r.parameters, r.base_models,
    r.description, r.payload, ${LICENSES},
    case json_typeof(r.payload #> '{safetensors,parameters}') when 'object'
      then r.payload #> '{safetensors,parameters}' end as parameters_by_dtype,
    ${text('{config,model_type}')} as model_type,
    ${listedTexts('{config,architectures}')} as architectures,
    ${text('{gguf,architecture}')} as gguf_architecture,
    ${integer('{gguf,context_length}')} as context_length,
    ${PROVIDERS} as inference_providers,
    r.payload -> 'evalResults' as eval_results,
    case json_typeof(r.payload -> 'childrenModelCount') when 'object' then r.payload -> 'childrenModelCount' end as children
    ${JOINED} where r.kind = 'model' and r.removed_at is null`,
  ...describeColumns('models', {
    licenses: 'All declared licenses.',
    parameters_by_dtype: 'Number of parameters by data type, such as {"BF16": 8030261248}, from the safetensors files.',
    model_type: 'Model type in config.json, such as llama.',
    architectures: 'Architectures in config.json, such as LlamaForCausalLM.',
    gguf_architecture: 'Architecture in the GGUF files.',
    context_length: 'Context length in the GGUF files, in tokens.',
    inference_providers: 'Inference providers that serve it now.',
    eval_results: 'Evaluation results, as received.',
    children:
      'Number of models derived from it by relation (adapter, finetune, merge, quantized), as the Hub counts them.',
  }),
  `create or replace view datasets as select ${COMMON},
    r.task_categories, r.size_category, r.modalities, r.formats,
    coalesce(r.row_count,
      (select sum(s.row_count)::bigint from catalog.parquet_splits s where s.hub_id = r.hub_id)) as rows,
    coalesce(r.bytes, (select f.file_bytes from catalog.repo_files f where f.hub_id = r.hub_id)) as bytes,
    r.description, r.payload, ${LICENSES}, ${declared('size_categories', 'size_categories:')} as size_categories,
    ${text('{citation}')} as citation
    ${JOINED} where r.kind = 'dataset' and r.removed_at is null`,
  ...describeColumns('datasets', {
    licenses: 'All declared licenses.',
    size_category: "The Hub's class of row count; the first of several.",
    size_categories: 'All its classes of row count.',
    citation: 'How to cite it, usually BibTeX.',
  }),
  `create or replace view spaces as select ${COMMON}, r.sdk, r.stage, r.linked_models as models, r.linked_datasets as datasets,
    r.description, r.payload, ${LICENSES},
    ${text('{runtime,hardware,current}')} as hardware, ${text('{runtime,hardware,requested}')} as requested_hardware
    ${JOINED} where r.kind = 'space' and r.removed_at is null`,
  ...describeColumns('spaces', {
    gated: 'false, auto or manual. Listings lack it, so it is null until the details were fetched.',
    licenses: 'All declared licenses.',
    hardware: 'Hardware on which it runs, such as cpu-basic or t4-small; null if it does not run.',
    requested_hardware: 'Hardware that its owner has chosen.',
  }),
]
