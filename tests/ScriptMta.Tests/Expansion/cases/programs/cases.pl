# What perl_startup of oracle.conf reads: the subroutines that cases/perl.txt calls.
sub echo { return join('|', @_) }
sub undefined { return undef }
sub nothing { return }
sub empty { return '' }
sub zero { return 0 }
sub dies { die "bad thing\n" }
sub dies_here { die "bad thing" }
sub dies_quietly { die "" }
sub dies_bytes { die "caf\x{e9}\x{263a}\n" }
sub sum { my $sum = 0; $sum += $_ for @_; return $sum }
sub list { return (5, 6, 7) }
sub array { my @a = (5, 6, 7); return @a }
sub wanted { return wantarray ? 'list' : defined(wantarray) ? 'scalar' : 'void' }
sub expand { my $r = Exim::expand_string($_[0]); return defined $r ? "<$r>" : 'undef' }
sub try_expand { my $r = eval { Exim::expand_string($_[0]) }; return defined $r ? "<$r>" : "undef: $@" }
sub expand_nothing { return Exim::expand_string() }
sub expand_two { return Exim::expand_string('a', 'b') }
sub log_nothing { return Exim::log_write() }
sub log_two { return Exim::log_write('a', 'b') }
sub debug_nothing { return Exim::debug_write() }
sub silent_warn { local $SIG{__WARN__} = sub { our $warned = "caught $_[0]" }; warn "careful\n"; our $warned }
sub with_nul { return "a\x00b" }
sub bytes { return "caf\xe9" }
sub wide { return "caf\x{e9}\x{263a}" }
sub all_bytes { return join '', map chr, 1 .. 9, 11 .. 255 }
sub count { return scalar @_ }
sub bytes_in { return length $_[0] }
sub changes { $_[0] = 'x'; return $_[0] }
sub where { return __PACKAGE__ . ' ' . __LINE__ }
sub strict { return exists $INC{'strict.pm'} ? 1 : 0 }
sub topic { local $_ = $_[0]; chop; return $_ }
sub float { return 10 / 4 }
sub reference { return ref $_[0] ? 'reference' : 'text' }
sub recursive { my $d = shift; return $d ? Exim::expand_string("\${perl{recursive}{" . ($d - 1) . "}}x") : 'end' }
sub outer_undefined { return Exim::expand_string('${perl{undefined}}') }
sub outer_dies { return Exim::expand_string('${perl{dies}}') }
sub newline { return "a\nb\n" }
sub reads { my $line = <STDIN>; return defined $line ? 'a line' : 'the end' }
sub runs { return `/bin/echo from a shell` }
sub status { return system('/bin/false') >> 8 }
sub environment { return join ',', sort keys %ENV }
sub alarmed { local $SIG{ALRM} = sub { die "time\n" }; alarm 1; 1 while 1 }
sub matches { return $_[0] =~ /^(\w+)\@(.*)$/ ? "$1 at $2" : 'no' }
sub evals { my $r = eval $_[0]; return defined $r ? $r : "failed: $@" }
sub Other::name { return 'in a package' }
sub AUTOLOADED::AUTOLOAD { our $AUTOLOAD; return "auto $AUTOLOADED::AUTOLOAD(@_)" }
1;
