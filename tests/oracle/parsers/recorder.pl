# The same as recorder.py, for Perl's parsers. Some programs go on where GetOptions() complains, so it is never null; "fine" says that it did not.
use strict;
use warnings;
use Getopt::Long ();
use Getopt::Std ();
use JSON::PP;

my %configured = (
    'Getopt::Long'           => ['default'],
    'Getopt::Long, bundling' => [qw(default bundling)],
    'Getopt::Long, gnu'      => [qw(default gnu_getopt)],
    'Getopt::Long, override' => [qw(default bundling_override)],
    'Getopt::Long, in order' => [qw(default require_order no_ignore_case)],
);
if (@ARGV) {
    print "$_\n" for (sort keys %configured), 'Getopt::Std';
    exit;
}
my %sign = (flag => '', value => '=s', number => '=i', maybe => ':s');
$SIG{__WARN__} = sub { };
while (my $line = <STDIN>) {
    my $asked = decode_json($line);
    my (%given, @options, $fine);
    local @ARGV = @{$asked->{argv}};
    if ($asked->{library} eq 'Getopt::Std') {
        my $letters = join '', map { $_->{letter} . ($_->{takes} eq 'flag' ? '' : ':') } grep { $_->{letter} } @{$asked->{options}};
        $fine = Getopt::Std::getopts($letters, \my %letters);
        $given{$_->{name}} = 1 for grep { $_->{letter} && defined $letters{$_->{letter}} } @{$asked->{options}};
    } else {
        Getopt::Long::Configure(@{$configured{$asked->{library}}});
        for my $option (@{$asked->{options}}) {
            my $names = join '|', grep { defined } @$option{qw(long letter)};
            push @options, $names . $sign{$option->{takes}}, sub { $given{$option->{name}} = 1 };
        }
        $fine = Getopt::Long::GetOptions(@options);
    }
    print encode_json({set => [sort keys %given], operands => [@ARGV], fine => $fine ? JSON::PP::true : JSON::PP::false}), "\n";
}
