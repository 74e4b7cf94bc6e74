namespace ScriptMta.EndToEnd;

/// <summary>-brw and -brt from a terminal: what they print, where, and how they end.</summary>
public sealed class RuleTrialTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void An_address_is_shown_as_each_place_would_have_it()
    {
        var file = _folder.Write("rewrite.conf", "qualify_domain = x.example\nbegin rewrite\n*@old.example $1@new.example Ff\nbad@x.example nowhere@\n\\N^([^!]+)!(.+)$\\N $2@$1 S\n");
        var seen = Binary.Run(["-C", file, "-brw", "Joe <joe@old.example>"]);
        Assert.Equal("""
              sender: Joe <joe@old.example>
                from: Joe <joe@new.example>
                  to: Joe <joe@old.example>
                  cc: Joe <joe@old.example>
                 bcc: Joe <joe@old.example>
            reply-to: Joe <joe@old.example>
            env-from: joe@new.example
              env-to: joe@old.example

            """, seen.Output);
        Assert.Equal((0, ""), (seen.Status, seen.Error));
        Assert.StartsWith("    SMTP: joe@a.example\n", Binary.Run(["-C", file, "-brw", "a.example!joe"]).Output, StringComparison.Ordinal);
        Assert.Contains("Rewrite of bad@x.example yielded unparseable address: domain missing or malformed in address nowhere@\n", Binary.Run(["-C", file, "-brw", "bad"]).Error, StringComparison.Ordinal);
        Assert.Equal((1, "-brw needs an address argument\n"), (Binary.Run(["-C", file, "-brw"]).Status, Binary.Run(["-C", file, "-brw"]).Output));
    }

    [Fact]
    public void A_retry_rule_is_found_for_domains_errors_and_senders()
    {
        var file = _folder.Write("retry.conf", "begin retry\na.example quota_5d\na.example rcpt_4xx senders=: F,1h,1m\n* * F,2h,15m; G,16h,1h,1.5; F,4d,6h\n");
        Assert.Equal("Retry rule: *  *  F,2h,15m; G,16h,1h,1.5; F,4d,6h; \n", Binary.Run(["-C", file, "-brt", "joe@a.example"]).Output);
        Assert.Equal("Retry rule: a.example  quota_5d  \n", Binary.Run(["-C", file, "-brt", "a.example", "quota_6d"]).Output);
        Assert.Equal("Retry rule: a.example  *  F,1h,1m; \n", Binary.Run(["-C", file, "-f", "", "-brt", "x.example", "a.example", "rcpt_451"]).Output);
        var wrong = Binary.Run(["-C", file, "-brt", "a.example", "bogus"]);
        Assert.Equal((1, "unknown or malformed retry error \"bogus\"\n"), (wrong.Status, wrong.Output));
    }

    [Theory]
    [InlineData("begin rewrite\na@b.example", "rules.conf:2:12: ", "missing rewrite replacement string")]
    [InlineData("begin rewrite\na@b.example c@d.example Fx", "rules.conf:2:26: ", "unknown rewrite flag character 'x' (could be missing quotes round replacement item)")]
    [InlineData("begin retry\n* * F,1h,1m\n* rcpt_5xx F,1h,1m", "rules.conf:3:3: ", "unknown or malformed retry error \"rcpt_5xx\"")]
    public void What_is_wrong_is_told_with_its_place(string rules, string place, string said)
    {
        var file = _folder.Write("rules.conf", rules + "\n");
        var exims = Binary.Run(["-C", file, "-brw", "a@b.example"]);
        Assert.Equal(1, exims.Status);
        Assert.Contains(said, exims.Error, StringComparison.Ordinal);
        var check = Binary.Run(["check", file]);
        Assert.Contains(place, check.Output + check.Error, StringComparison.Ordinal);
        Assert.Contains(said, check.Output + check.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
