namespace ScriptMta.Expansion;

/// <summary>
/// What the Perl process runs: it takes the pipes away from the standard streams, so that a subroutine's print cannot disturb them, and then obeys frames. Exim's texts for
/// subroutines that are not there never name a place in this program. A child that a subroutine forks never speaks for its parent.
/// </summary>
static class PerlProgram
{
    public const string Text = """
        # line 1 "scriptmta-perl"
        package main;
        $0 = 'scriptmta-perl';
        sub ScriptMta::Perl::obey { &{$ScriptMta::Perl::sub}(@_) }
        sub ScriptMta::Perl::begin { eval $ScriptMta::Perl::code }
        package ScriptMta::Perl;
        our ($code, $sub, $ran, $from) = ('', '', 0, ".\n");
        my ($in, $out, $owner, $got, $number) = (undef, undef, $$, '', 0);
        open($in, '<&', \*STDIN) && open($out, '>&', \*STDOUT) or exit 1;
        open(STDIN, '<', '/dev/null'); open(STDOUT, '>&', \*STDERR);
        select((select(STDOUT), $| = 1)[0]);
        $SIG{__WARN__} = sub { my $text = join '', @_; chomp $text; put('L', $text) };

        sub put {
          exit if $$ != $owner;
          my $type = shift;
          my $frame = pack('N/a*', $type . pack('(N/a*)*', map { my $t = defined $_ ? "$_" : ''; utf8::encode($t) if utf8::is_utf8($t); $t } @_));
          while (length $frame) {
            my $n = syswrite($out, $frame, 65536);
            exit 1 if !defined $n && $! != 4;
            substr($frame, 0, $n, '') if $n;
          }
        }

        # What has come so far is kept outside, so that a signal's handler may die here.
        sub take {
          while (length $got < 4 || length $got < 4 + unpack('N', $got)) {
            my $n = sysread($in, $got, 65536, length $got);
            exit if defined $n ? !$n : $! != 4;
          }
          my $frame = substr($got, 4, unpack('N', $got));
          substr($got, 0, 4 + length $frame, '');
          return map { /\A(.*)\z/s } substr($frame, 0, 1), unpack('(N/a*)*', substr($frame, 1));
        }

        sub place { my (undef, $file, $line) = caller(1); " at $file line $line.\n" }

        sub called {
          (my $name, my @arguments) = @_;
          return put('E', "Undefined subroutine &main:: called$from") if $name eq '';
          $name = "main::$name" unless $name =~ /::|'/;
          local ($@, $sub) = ('', $name);
          my $value;
          return put(defined $value ? ('V', $value) : 'U') if eval { $value = obey(@arguments); 1 };
          my $error = "$@";
          $error =~ s/ at scriptmta-perl line \d+\.\n\z/$from/;
          put('E', $error);
        }

        sub Exim::expand_string {
          die 'Usage: Exim::expand_string(string)' . place() if @_ != 1;
          local $from = place();
          put('X', ++$number, $_[0]);
          for (my $mine = $number;;) {
            my ($type, @parts) = take();
            if ($type eq 'C') { called(@parts) }
            elsif ($parts[0] == $mine) {
              return $type eq 'V' ? $parts[1] : undef if $type ne 'E';
              my $error = "syntax error in Exim::expand_string argument: $parts[1]";
              die $error =~ /\n\z/ ? $error : $error . place();
            }
          }
        }
        sub Exim::log_write { die 'Usage: Exim::log_write(string)' . place() if @_ != 1; put('L', $_[0]); return }
        sub Exim::debug_write { die 'Usage: Exim::debug_write(string)' . place() if @_ != 1; put('D', $_[0]); return }

        eval '1';
        my (undef, $startup) = take();
        $code = '$ScriptMta::Perl::ran = 1; ' . $startup;
        begin();
        put($ran ? 'V' : 'E', "$@");
        while (1) { my ($type, @parts) = take(); called(@parts) if $type eq 'C' }
        """;
}
