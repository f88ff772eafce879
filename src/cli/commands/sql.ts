import { type Command, Option } from 'commander'
import { CHART_TYPES } from '../../charts/chart.ts'
import { SQL_ENGINES, SQL_FORMATS } from '../../output/sql-formats.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex sql`: read-only SQL over the catalog. */
export function sqlCommand(run: Run): Command {
  return defineCommand({
    name: 'sql',
    summary: 'Run read-only SQL over the catalog, or a query that comes with hubdex',
    description:
      'Runs one read-only statement over the views of the catalog (models, datasets, spaces, repos, repo_tags, tags, ' +
      'lineage, passes …), limited in time and rows. `-` reads it from stdin. Numbers keep all their digits in every format, ' +
      'but programs that parse JSON numbers as doubles round them. NaN and the infinities are strings in JSON.',
    settings: ['sqlTimeoutMs', 'sqlMaxRows', 'maxExportAgeSecs'],
    examples: [
      'hubdex sql "select license, count(*) from models group by license order by 2 desc limit 10"',
      'hubdex sql --list',
      'hubdex sql licenses --format csv > licenses.csv',
      'hubdex sql growth --engine duckdb',
      'hubdex sql license-audit --set list=my-models.txt',
      'hubdex sql tasks --chart bar',
      'hubdex sql growth-by-library --chart-file growth.png',
      'hubdex sql datasets-with --set columns=question,answer,context',
    ],
  })
    .argument('[query]', 'a statement, the name of a query, or - for stdin')
    .addOption(
      new Option('--format <format>', 'format of the rows; table by default, or json with --json').choices(SQL_FORMATS),
    )
    .addOption(
      new Option(
        '--engine <engine>',
        'what runs the query: the catalog itself, or DuckDB over an export of it, which counts and groups millions of rows faster',
      )
        .choices(SQL_ENGINES)
        .default('postgres'),
    )
    .option(
      '--set <parameter=value>',
      'a parameter of a query that comes with hubdex; repeatable. A list takes values separated by commas, or the name of a ' +
        'file with one per line',
      (value: string, previous: string[] = []) => [...previous, value],
    )
    .addOption(new Option('--chart <type>', 'draw the rows in the terminal instead of printing them').choices(CHART_TYPES))
    .option('--chart-file <file>', 'draw the rows into a file that ends with .svg, .png or .html; --chart sets the type')
    .option('--x <column>', 'column of names for bars, of times or numbers for lines and dots (default: the first that fits)')
    .option('--y <columns>', 'column of numbers; several, comma-separated, for several lines (default: the first that fits)')
    .option('--series <column>', 'column whose values separate lines or dots (default: the first text, if x repeats in lines)')
    .option('--title <text>', 'title of the chart (default: that of the query)')
    .option('--list', 'list the queries that come with hubdex')
    .action(run(async () => (await import('../actions/sql.ts')).sqlAction))
}
