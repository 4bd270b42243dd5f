# The same as recorder.py, for Ruby's OptionParser.
require 'json'
require 'optparse'

if ARGV.first == '--libraries'
  puts 'OptionParser', 'OptionParser, in order'
  exit
end
STDIN.each_line do |line|
  asked = JSON.parse(line)
  given = {}
  parser = OptionParser.new
  asked['options'].each do |option|
    value = { 'flag' => '', 'value' => ' X', 'number' => ' X', 'maybe' => ' [X]' }[option['takes']]
    names = [option['letter'] && "-#{option['letter']}#{value}", option['long'] && "--#{option['long']}#{value}"].compact
    names << Integer if option['takes'] == 'number'
    parser.on(*names) { |x| given[option['name']] = true unless x == false }
  end
  answer = begin
    operands = asked['library'] == 'OptionParser' ? parser.permute(asked['argv']) : parser.order(asked['argv'])
    { set: given.keys, operands: operands }
  rescue OptionParser::ParseError
    nil
  end
  puts JSON.generate(answer)
end
