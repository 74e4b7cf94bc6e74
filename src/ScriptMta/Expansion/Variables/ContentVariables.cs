namespace ScriptMta.Expansion;

/// <summary>What the conditions and ACLs of Exim's chapter 45 set, with what Exim prints before they have run. They belong to the message.</summary>
static class ContentVariables
{
    // $regex1 … $regex9.
    const int RegexGroups = 9;

    static readonly (string Name, string Unset)[] Names =
    [
        ("av_failed", "0"), ("malware_name", ""), ("mime_anomaly_level", "0"), ("mime_anomaly_text", ""), ("mime_boundary", ""), ("mime_charset", ""),
        ("mime_content_description", ""), ("mime_content_disposition", ""), ("mime_content_id", ""), ("mime_content_size", "0"), ("mime_content_transfer_encoding", ""),
        ("mime_content_type", ""), ("mime_decoded_filename", ""), ("mime_filename", ""), ("mime_is_coverletter", "0"), ("mime_is_multipart", "0"), ("mime_is_rfc822", "0"),
        ("mime_part_count", "-1"), ("regex_match_string", ""), ("spam_action", ""), ("spam_bar", ""), ("spam_report", ""), ("spam_score", ""), ("spam_score_int", ""),
    ];

    public static readonly KeyValuePair<string, VariableReader>[] Rows =
        [.. Names.Select(row => Row(row.Name, row.Unset)), .. Enumerable.Range(1, RegexGroups).Select(number => Row("regex" + number, ""))];

    static KeyValuePair<string, VariableReader> Row(string name, string unset) =>
        new(name, e => e.Context.Message.Content.TryGetValue(name, out var value) ? e.Append(value) : e.Append(unset));
}
