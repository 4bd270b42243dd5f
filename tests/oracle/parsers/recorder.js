// The same as recorder.py, for parsers of Node.
'use strict';
const util = require('node:util');
const found = name => { try { return require(name); } catch { return null; } };
const commander = found('commander'), yargs = found('yargs-parser'), minimist = found('minimist'), nopt = found('nopt'), optionator = found('optionator');

function byParseArgs(options, argv, strict = true) {
  const known = {};
  for (const o of options)
    known[o.long] = {type: o.takes === 'flag' ? 'boolean' : 'string', ...(o.letter && {short: o.letter})};
  const {values, positionals} = util.parseArgs({args: argv, options: known, strict, allowPositionals: true});
  return {set: options.filter(o => values[o.long] !== undefined && values[o.long] !== false).map(o => o.name), operands: positionals};
}

function byCommander(options, argv) {
  const command = new commander.Command('p');
  command.exitOverride().configureOutput({writeErr() {}, writeOut() {}});
  if (command.helpOption)
    command.helpOption('--helpless');
  for (const o of options) {
    const value = {flag: '', value: ' <x>', number: ' <x>', maybe: ' [x]'}[o.takes];
    command.option([o.letter && '-' + o.letter, '--' + o.long].filter(Boolean).join(', ') + value);
  }
  command.argument('[operands...]').allowExcessArguments(true);
  command.parse(argv, {from: 'user'});
  const given = command.opts();
  return {set: options.filter(o => given[o.long] !== undefined && given[o.long] !== false).map(o => o.name), operands: command.args};
}

function loose(parse) {
  return (options, argv) => {
    const alias = {};
    for (const o of options)
      if (o.letter)
        alias[o.long] = o.letter;
    const given = parse(argv, {alias, boolean: options.filter(o => o.takes === 'flag').map(o => o.long),
                               string: options.filter(o => o.takes !== 'flag').map(o => o.long)});
    const extra = Object.keys(given).filter(k => k !== '_' && !options.some(o => k === o.long || k === o.letter));
    if (extra.length)
      return null; // a strict program complains
    return {set: options.filter(o => given[o.long] !== undefined && given[o.long] !== false).map(o => o.name), operands: given._.map(String)};
  };
}

function byNopt(options, argv) {
  const types = {}, short = {};
  for (const o of options) {
    types[o.long] = o.takes === 'flag' ? Boolean : String;
    if (o.letter)
      short[o.letter] = ['--' + o.long];
  }
  const given = nopt(types, short, argv, 0);
  return {set: options.filter(o => given[o.long] !== undefined && given[o.long] !== false).map(o => o.name), operands: given.argv.remain};
}

function byOptionator(options, argv) {
  const parser = optionator({options: options.map(o => ({option: o.long, ...(o.letter && {alias: o.letter}),
                                                         type: o.takes === 'flag' ? 'Boolean' : 'String', description: 'x'}))});
  const given = parser.parseArgv(['node', 'p', ...argv]);
  const camel = s => s.replace(/-(.)/g, (_, c) => c.toUpperCase());
  return {set: options.filter(o => given[camel(o.long)] !== undefined && given[camel(o.long)] !== false).map(o => o.name), operands: given._};
}

const libraries = {
  ...(util.parseArgs && {parseArgs: byParseArgs, 'parseArgs, not strict': (o, a) => byParseArgs(o, a, false)}),
  ...(commander && {commander: byCommander}), ...(yargs && {yargs: loose(yargs)}), ...(minimist && {minimist: loose(minimist)}),
  ...(nopt && {nopt: byNopt}), ...(optionator && {optionator: byOptionator}),
};
if (process.argv[2] === '--libraries')
  console.log(Object.keys(libraries).join('\n'));
else
  console.log(require('node:fs').readFileSync(0, 'utf8').split('\n').filter(Boolean).map(line => {
    const asked = JSON.parse(line);
    try {
      return JSON.stringify(libraries[asked.library](asked.options, asked.argv));
    } catch (e) {
      return 'null';
    }
  }).join('\n'));
