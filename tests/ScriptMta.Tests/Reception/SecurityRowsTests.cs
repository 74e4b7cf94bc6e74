using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ScriptMta.Tests.Reception.Dialogues;

namespace ScriptMta.Tests.Reception;

/// <summary>
/// What memory safety does not fix, as far as SMTP is concerned: for each published class of mistakes, the tests that try it here. A row names "Class.Method" of any test project, or
/// "file.txt: title" of a dialogue; each must exist.
/// </summary>
public sealed class SecurityRowsTests
{
    static readonly (string Mistake, string[] Tests)[] Rows =
    [
        ("CVE-2019-10149, 2014-2957, 2014-2972, 2011-1407, 2019-13917: a stranger's text was expanded",
            ["HostileTextTests.A_text_of_a_stranger_is_not_expanded", "TaintTests.A_sink_refuses_tainted_text", "ExtensionTests.ETRN_starts_its_command_once_at_a_time_and_nothing_that_the_client_wrote"]),
        ("CVE-2020-28015, 28021, 28026: a newline in an address or parameter forged lines",
            ["HostileTextTests.A_control_character_makes_no_envelope", "HostileTextTests.A_control_character_makes_no_recipient", "HostileTextTests.What_is_encoded_in_a_parameter_stays_so", "HostileTextTests.Line_ends_in_a_subject_make_no_lines_in_the_log"]),
        ("CVE-2023-51766: something else than CRLF.CRLF ended a message",
            ["SmugglingTests.No_other_sequence_ends_a_message", "SmugglingTests.No_sequence_ends_a_chunk", "SmugglingTests.After_a_sequence_the_client_waits_in_vain_for_an_answer",
             "SmugglingTests.What_Postfix_takes_as_one_message_is_one_message_here", "SmugglingTests.What_Exim_takes_as_one_message_is_one_message_here",
             "SmugglingTests.What_is_one_message_here_is_one_message_for_Postfix", "SmugglingTests.What_is_one_message_here_is_one_message_for_Exim"]),
        ("CVE-2021-38371 on the server's side: plain text that came with STARTTLS was taken as protected", ["StartTlsInjectionTests.What_comes_with_STARTTLS_is_never_a_command", "StartTlsTests.What_is_sent_in_plain_text_after_STARTTLS_is_never_taken_for_a_command", "HandshakeTests.What_is_no_handshake_ends_the_session_and_is_never_a_command"]),
        ("CVE-2017-16944, 2020-28019: state of chunks outlived an error",
            ["ChunkingTests.A_refusal_at_any_chunk_ends_the_transaction", "ChunkingTests.After_a_command_that_may_not_stand_there_even_the_chunks_are_read_and_refused_until_RSET",
             "ChunkingTests.What_a_lost_connection_leaves_of_a_message_is_thrown_away", "chunking.txt: RSET between chunks forgets them"]),
        ("CVE-2024-39929: a continued file name was misread, and what was forbidden passed", ["mime.txt: RFC 2231 continued name", "mime.txt: RFC 2231 continued and encoded", "mime.txt: deny a continued name"]),
        ("CVE-2025-26794: a key of the protocol was part of a query of the hints", ["HintStoreTests.Keys_may_be_empty_hold_any_byte_and_be_of_any_length"]),
        ("CVE-2020-12783: authentication was to be had without the secret (wrong, empty and truncated answers)",
            ["MechanismTests.An_exchange_ends_as_it_should_and_leaves_nothing_else", "MechanismTests.CRAM_MD5_lets_in_who_knows_the_secret", "MechanismTests.SCRAM_lets_in_who_knows_the_password_and_proves_that_the_server_does",
             "MechanismTests.Whoever_does_not_take_the_proof_of_the_server_is_not_let_in", "ScramTests.A_final_message_that_lacks_something_proves_nothing", "ScramTests.What_is_no_first_message_is_taken_for_none",
             "SecuredAuthTests.SCRAM_PLUS_refuses_who_talks_through_somebody_else", "SecuredAuthTests.Who_binds_otherwise_than_the_mechanism_or_was_not_shown_that_he_can_is_refused",
             "DovecotTests.What_Dovecot_answers_is_taken_for_what_it_is", "AuthSessionTests.An_answer_longer_than_RFC_4954_allows_ends_the_attempt_and_nothing_of_it_is_a_command"]),
        ("CVE-2016-9963: a secret was in a log", ["MechanismTests.An_exchange_ends_as_it_should_and_leaves_nothing_else", "AuthSessionTests.Commands_after_AUTH_that_did_not_wait_are_refused",
             "AuthClientTests.GNU_SASL_logs_in_by_SCRAM_and_believes_the_server", "PrintTests.What_is_hidden_is_shown_to_administrators_only"]),
        ("peers: MAIL before HELO", ["base.txt: MAIL before HELO", "commands.txt: a local program: the order of commands"]),
        ("peers: a PROXY header twice, or none", ["ProxyTests.A_second_header_is_no_command", "ProxyTests.Without_a_good_header_every_command_is_refused", "ProxyTests.A_line_without_an_end_is_read_to_its_limit_only"]),
        ("peers: QUIT and more", ["base.txt: after QUIT nothing is heard"]),
        ("peers: commands without end", ["limits.txt: one unknown command too many", "limits.txt: one command too many that is not for mail", "limits.txt: more MAIL commands than one connection may have", "base.txt: too many syntax errors"]),
        ("peers: a line without end", ["ReceivedMessageTests.A_command_line_without_end_ends_the_connection", "ReceivedMessageTests.A_header_line_without_end_is_refused"]),
        ("peers: a header of 100 MB", ["ReceivedMessageTests.A_header_section_of_ten_megabytes_is_refused_and_the_session_goes_on", "limits.txt: a header section that is too long"]),
        ("peers: a million recipients", ["ReceivedMessageTests.A_hundred_thousand_recipients_end_at_the_limit", "limits.txt: recipients over the limit are for later"]),
        ("peers: slow and silent ones", ["ConnectionScaleTests.Five_hundred_silent_and_two_hundred_slow_clients_cost_memory_but_no_threads", "SmtpServerTests.Who_never_reads_the_answers_is_cut_off"]),
        ("any bytes in any state", ["SessionFuzzTests.Sessions_end_when_their_input_ends_whatever_it_was", "EximDialogueTests.Replies_do_not_depend_on_how_the_input_arrives"]),
    ];

    public static TheoryData<string> Mistakes => [.. Rows.Select(static row => row.Mistake)];

    [Theory, MemberData(nameof(Mistakes))]
    public void Each_published_mistake_has_its_tests(string mistake)
    {
        var (_, tests) = Rows.Single(row => row.Mistake == mistake);
        Assert.NotEmpty(tests);
        Assert.DoesNotContain(tests, static test => !Exists(test));
    }

    static bool Exists(string test)
    {
        if (test.Split(": ", 2) is [var file, var title] && file.EndsWith(".txt", StringComparison.Ordinal))
            return DialogueFile.Read(Path.Combine(Here(), "Dialogues", file)).Exists(session => session.Title == title);
        var (type, method) = (test.Split('.')[0], test.Split('.')[1]);
        return Directory.GetFiles(Path.Combine(Here(), "..", ".."), type + ".cs", SearchOption.AllDirectories)
            .Any(source => Regex.IsMatch(File.ReadAllText(source), $@"\[(Fact|Theory)[^\n]*\n(\s*\[[^\n]*\n)*\s*public (async )?\w+ {Regex.Escape(method)}\("));
    }

    static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
