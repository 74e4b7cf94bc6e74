using System.Diagnostics;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Transports;

/// <summary>Bytes and texts as Exim 4.96 produced them from the same message.</summary>
public sealed class AppendFileTests
{
    const string Head = """
        Received: from root by mx.test.org with local (Exim 4.96)
        	(envelope-from <s@mbox.test>)
        	id 1xUeCw-000543-0r
        	for u@mbox.test;
        	Sat, 21 Nov 2026 06:04:18 +0000
        From: x@test.org
        To: y@test.org
        Subject: s
        Message-Id: <E1xUeCw-000543-0r@mx.test.org>
        Date: Sat, 21 Nov 2026 06:04:18 +0000


        """;

    const string Added = "Return-path: <s@mbox.test>\nEnvelope-to: u@mbox.test\nDelivery-date: Sat, 21 Nov 2026 06:04:18 +0000\n";
    const string Mbox = "driver = appendfile\nfile = DIR/$local_part_data\n";

    [Fact]
    public async Task An_mbox_gets_the_bytes_that_Exim_writes()
    {
        await using var bench = new TransportBench(Mbox + "delivery_date_add\nenvelope_to_add\nreturn_path_add\n");
        Assert.Empty(bench.Problems);
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        var once = "From s@mbox.test Sat Nov 21 06:04:18 2026\n" + Added + Head + "body\n>From here\n>From there\n.dot\nlast no newline\n\n";
        Assert.Equal(once, bench.Read("u"));
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(bench.Directory + "/u"));
        bench.Sender = "";
        await bench.OneAsync("u@mbox.test");
        Assert.StartsWith(once + "From MAILER-DAEMON Sat Nov 21 06:04:18 2026\nReturn-path: <>\n", bench.Read("u"));
        Assert.Equal([bench.Directory + "/u"], Directory.GetFiles(bench.Directory));
    }

    [Fact]
    public async Task A_maildir_gets_the_bytes_that_Exim_writes_under_a_unique_name()
    {
        await using var bench = new TransportBench("driver = appendfile\ndirectory = DIR/md\nmaildir_format\n");
        await bench.DeliverAsync("u@md.test");
        await bench.DeliverAsync("u@md.test");
        var files = Directory.GetFiles(bench.Directory + "/md/new").Order().ToArray();
        Assert.Equal(2, files.Length);
        Assert.Matches(@"^1795241058\.M\d{1,6}P\d+\.mx\.test\.org$", Path.GetFileName(files[0]));
        Assert.Equal(Head + "body\nFrom here\n>From there\n.dot\nlast no newline\n", bench.Read("md/new/" + Path.GetFileName(files[0])));
        Assert.Empty(Directory.GetFiles(bench.Directory + "/md/tmp"));
        Assert.True(Directory.Exists(bench.Directory + "/md/cur"));
    }

    /// <summary>Two first deliveries at once: the faster one has made "tmp", not yet "new".</summary>
    [Fact]
    public async Task A_maildir_that_another_delivery_is_making_takes_this_one_too()
    {
        await using var bench = new TransportBench("driver = appendfile\ndirectory = DIR/md\nmaildir_format\n");
        Directory.CreateDirectory(bench.Directory + "/md/tmp");
        Assert.Equal("delivered", await bench.OneAsync("u@md.test"));
        Assert.Single(Directory.GetFiles(bench.Directory + "/md/new"));
        Assert.Empty(Directory.GetFiles(bench.Directory + "/md/tmp"));
    }

    [Fact]
    public async Task A_thousand_deliveries_at_once_lose_nothing()
    {
        await using var bench = new TransportBench("driver = appendfile\ndirectory = DIR/md\nmaildir_format\n");
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => bench.OneAsync("u@md.test"))));
        Assert.Equal(1000, Directory.GetFiles(bench.Directory + "/md/new").Length);
    }

    [Fact]
    public async Task Deliveries_into_one_mbox_take_turns()
    {
        await using var bench = new TransportBench(Mbox);
        var said = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => bench.OneAsync("u@mbox.test"))));
        Assert.All(said, s => Assert.Equal("delivered", s));
        Assert.Equal(50, bench.Read("u").Split("From s@mbox.test Sat").Length - 1);
        Assert.Equal(50, bench.Read("u").Split("last no newline\n\n").Length - 1);
    }

    [Fact]
    public async Task A_tag_names_the_size_as_written()
    {
        await using var bench = new TransportBench("driver = appendfile\ndirectory = DIR/md\nmaildir_format\nmaildir_tag = ,S=$message_size\n");
        await bench.DeliverAsync("u@md.test");
        var file = Assert.Single(Directory.GetFiles(bench.Directory + "/md/new"));
        Assert.EndsWith($",S={new FileInfo(file).Length}", file);
    }

    [Fact]
    public async Task A_tainted_name_is_refused_and_the_clean_variable_named()
    {
        await using var bench = new TransportBench("driver = appendfile\nfile = DIR/$local_part\n");
        Assert.Equal($"deferred (-1) local: Tainted '{bench.Directory}/u' (file or directory name for t transport) not permitted (use $local_part_data instead of $local_part)", await bench.OneAsync("u@mbox.test"));
    }

    [Theory]
    [InlineData("file = $home/mail", "/home/u/mail")]
    [InlineData("file = $address_file", "/var/mail/u")]
    [InlineData("home_directory = /h/$local_part\nfile = $home/mail", "/h/u/mail")]
    public async Task What_a_stranger_chose_stays_tainted_in_home_and_address_file(string option, string path)
    {
        await using var bench = new TransportBench($"driver = appendfile\n{option}\n");
        var address = new RoutedAddress { Address = new("u", "mbox.test") };
        var plan = TransportBench.Plan(address) with { HomeDirectory = Value.Tainted("/home/u") };
        (plan.Facts.AddressFile, plan.Facts.TargetTaint) = ("/var/mail/u", Taint.Tainted);
        Assert.Equal($"deferred (-1) local: Tainted '{path}' (file or directory name for t transport) not permitted", await bench.OneAsync(plan));
    }

    [Fact]
    public async Task Links_directories_and_narrow_modes_are_refused_in_Exims_words()
    {
        await using var bench = new TransportBench(Mbox);
        File.CreateSymbolicLink(bench.Directory + "/link", "/etc/passwd-not-there");
        Assert.Equal($"deferred (-4) local: mailbox {bench.Directory}/link is not a regular file", await bench.OneAsync("link@mbox.test"));
        Directory.CreateDirectory(bench.Directory + "/dir");
        Assert.Equal($"deferred (-4) local: mailbox {bench.Directory}/dir is not a regular file", await bench.OneAsync("dir@mbox.test"));
        File.WriteAllText(bench.Directory + "/narrow", "");
        File.SetUnixFileMode(bench.Directory + "/narrow", UnixFileMode.UserRead);
        Assert.Equal($"deferred (-7) local: mailbox {bench.Directory}/narrow has the wrong mode 400 (600 expected)", await bench.OneAsync("narrow@mbox.test"));
    }

    [Fact]
    public async Task A_wide_mode_is_narrowed_and_the_mode_option_rules()
    {
        await using var bench = new TransportBench(Mbox + "mode = 0640\n");
        File.WriteAllText(bench.Directory + "/wide", "");
        File.SetUnixFileMode(bench.Directory + "/wide", (UnixFileMode)0x1B6); // 0666
        Assert.Equal("delivered", await bench.OneAsync("wide@mbox.test"));
        Assert.Equal((UnixFileMode)0x1A0, File.GetUnixFileMode(bench.Directory + "/wide"));
        await bench.OneAsync("fresh@mbox.test");
        Assert.Equal((UnixFileMode)0x1A0, File.GetUnixFileMode(bench.Directory + "/fresh"));
    }

    [Fact]
    public async Task A_mailbox_of_another_user_is_refused()
    {
        await using var bench = new TransportBench(Mbox);
        File.WriteAllText(bench.Directory + "/u", "");
        File.SetUnixFileMode(bench.Directory, (UnixFileMode)0x1FF);
        var said = await bench.OneAsync(TransportBench.Plan(TransportBench.Address("u@mbox.test")) with { User = Nobody });
        Assert.Equal($"deferred (-6) local: mailbox {bench.Directory}/u has wrong uid ({Users.geteuid()} != 12345)", said);
        Assert.False(File.Exists(bench.Directory + "/u.lock"));
    }

    [Fact]
    public async Task Root_writes_mailboxes_as_their_owner_and_others_as_themselves()
    {
        var isRoot = Users.geteuid() == 0;
        await using var bench = new TransportBench("driver = appendfile\nfile = DIR/open/$local_part_data\nno_check_owner\n");
        Directory.CreateDirectory(bench.Directory + "/open");
        File.SetUnixFileMode(bench.Directory, (UnixFileMode)0x1ED);
        File.SetUnixFileMode(bench.Directory + "/open", (UnixFileMode)0x1FF);
        Assert.Equal("delivered", await bench.OneAsync(TransportBench.Plan(TransportBench.Address("u@mbox.test")) with { User = Nobody }));
        Assert.Equal(isRoot ? 12345u : Users.geteuid(), MailFiles.Status(bench.Directory + "/open/u")!.Value.Uid);
        File.SetUnixFileMode(bench.Directory + "/open", (UnixFileMode)0x1C0);
        Assert.StartsWith(isRoot ? "deferred (13) local: creating lock file hitching post" : "delivered", await bench.OneAsync(TransportBench.Plan(TransportBench.Address("u@mbox.test")) with { User = Nobody }));
    }

    static DeliveryUser Nobody => new(12345, 12345, null, false);

    [Fact]
    public async Task A_lock_file_of_another_program_holds_delivery_up_until_it_is_old()
    {
        await using var bench = new TransportBench(Mbox + "lock_interval = 1s\nlock_retries = 2\n");
        File.WriteAllText(bench.Directory + "/u.lock", "");
        File.SetLastWriteTimeUtc(bench.Directory + "/u.lock", bench.Clock.Now.UtcDateTime);
        Assert.Equal($"deferred (-9) local: failed to lock mailbox {bench.Directory}/u (lock file)", await bench.OneAsync("u@mbox.test"));
        File.SetLastWriteTimeUtc(bench.Directory + "/u.lock", bench.Clock.Now.UtcDateTime.AddMinutes(-31));
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        Assert.False(File.Exists(bench.Directory + "/u.lock"));
    }

    [Fact]
    public async Task An_fcntl_lock_of_another_process_holds_delivery_up()
    {
        await using var bench = new TransportBench(Mbox + "lock_interval = 1s\nlock_retries = 1\n");
        File.WriteAllText(bench.Directory + "/u", "");
        File.SetUnixFileMode(bench.Directory + "/u", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var other = Process.Start(new ProcessStartInfo("python3", ["-c",
            "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.lockf(f,fcntl.LOCK_EX); print('locked',flush=True); sys.stdin.read()", bench.Directory + "/u"])
            { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("locked", await other.StandardOutput.ReadLineAsync());
        Assert.Equal($"deferred (-9) local: failed to lock mailbox {bench.Directory}/u (fcntl)", await bench.OneAsync("u@mbox.test"));
        other.StandardInput.Close();
        await other.WaitForExitAsync();
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
    }

    [Fact]
    public async Task A_full_disk_is_a_quota_error_and_leaves_nothing_behind()
    {
        await using var bench = new TransportBench("driver = appendfile\nfile = /dev/full\nno_use_lockfile\nno_check_owner\n");
        Assert.Equal("deferred (-4) local: mailbox /dev/full is not a regular file", await bench.OneAsync("u@mbox.test"));
        Assert.Equal("quota", new ScriptMta.Transports.MailboxProblem(28, "x").RetryError);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_leaves_the_mailbox_as_it_was()
    {
        await using var bench = new TransportBench(Mbox);
        await bench.OneAsync("u@mbox.test");
        var before = bench.Read("u");
        bench.BodyBytes = null!;
        await Assert.ThrowsAnyAsync<Exception>(() => bench.OneAsync("u@mbox.test"));
        Assert.Equal(before, bench.Read("u"));
        Assert.False(File.Exists(bench.Directory + "/u.lock"));
    }

    [Fact]
    public async Task Missing_directories_are_made_where_create_file_allows_it()
    {
        await using var bench = new TransportBench("driver = appendfile\ncreate_file = belowhome\n");
        string Save(string path) => bench.OneAsync(TransportBench.Plan(new RoutedAddress
        {
            Address = new MailAddress("u", "mbox.test"), Kind = TargetKind.File, Target = path, Parent = TransportBench.Address("u@mbox.test"),
        }, home: bench.Directory + "/home")).Result;
        Assert.Equal("delivered", Save(bench.Directory + "/home/a/b/folder"));
        Assert.Equal("delivered", Save(bench.Directory + "/home/mail/"));
        Assert.Single(Directory.GetFiles(bench.Directory + "/home/mail"));
        Assert.StartsWith("deferred (-32) local: ", Save(bench.Directory + "/elsewhere/folder"));
        Assert.StartsWith("deferred (-32) local: ", Save(bench.Directory + "/home/../elsewhere/folder"));
        Assert.False(Directory.Exists(bench.Directory + "/elsewhere"));
        Assert.Equal("delivered", Save("/dev/null"));
    }

    [Fact]
    public async Task A_mode_that_a_filter_gave_goes_before_the_option()
    {
        await using var bench = new TransportBench("driver = appendfile\nmode = 600\n");
        Assert.Equal("delivered", await bench.OneAsync(TransportBench.Plan(new RoutedAddress
        {
            Address = new MailAddress("u", "mbox.test"), Kind = TargetKind.File, Target = bench.Directory + "/saved", FileMode = 0b110_100_000, Parent = TransportBench.Address("u@mbox.test"),
        }, home: bench.Directory)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(bench.Directory + "/saved"));
    }

    [Fact]
    public async Task Headers_are_removed_and_added_and_a_too_big_message_fails()
    {
        await using var bench = new TransportBench(Mbox + "headers_remove = subject : x-* : Received\nheaders_add = X-One: ${lc:ABC}\nheaders_add = X-Two: 2\\nX-Three: 3\nmessage_prefix =\nmessage_suffix =\n");
        Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
        Assert.Equal("From: x@test.org\nTo: y@test.org\nMessage-Id: <E1xUeCw-000543-0r@mx.test.org>\nDate: Sat, 21 Nov 2026 06:04:18 +0000\nX-One: abc\nX-Two: 2\nX-Three: 3\n\nbody\n>From here\n>From there\n.dot\nlast no newline\n", bench.Read("u"));
        await using var small = new TransportBench(Mbox + "message_size_limit = 100\n");
        Assert.Equal("failed: message is too big (transport limit = 100)", await small.OneAsync("u@mbox.test"));
    }

    [Fact]
    public async Task Large_bodies_with_every_byte_arrive_unchanged_but_for_line_ends()
    {
        await using var bench = new TransportBench("driver = appendfile\ndirectory = DIR/md\nmaildir_format\nbody_only\n");
        var random = new Random(1);
        var text = string.Concat(Enumerable.Range(0, 40_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(256))) + "\r\n"));
        bench.BodyBytes = System.Text.Encoding.Latin1.GetBytes(text);
        await bench.OneAsync("u@md.test");
        var file = Assert.Single(Directory.GetFiles(bench.Directory + "/md/new"));
        Assert.Equal(text.Replace("\r\n", "\n"), bench.Read("md/new/" + Path.GetFileName(file)));
    }

    [Theory]
    [InlineData("file = /x\ndirectory = /y", "only one of \"file\" or \"directory\" can be specified")]
    [InlineData("file = /x\nno_use_lockfile\nno_use_fcntl_lock", "no locking configured")]
    [InlineData("file = /x\ncreate_file = somewhere", "invalid value given for \"create_file\" option: somewhere")]
    [InlineData("file = /x\nbody_only\nheaders_only", "body_only and headers_only are mutually exclusive")]
    [InlineData("file = /x${", "transport \"t\": file: ")]
    public async Task Wrong_options_are_load_errors(string options, string text)
    {
        await using var bench = new TransportBench("driver = appendfile\n" + options + "\n");
        Assert.Contains(bench.Problems, p => p.Contains(text, StringComparison.Ordinal));
    }
}
