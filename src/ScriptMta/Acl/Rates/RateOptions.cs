using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>How long a measured rate is good for: what is asked again in the meantime gets the same answer (Exim 44.41).</summary>
enum RateScope { Command, Message, Connection }

/// <summary>The options of a ratelimit argument, taken one by one; whatever is no option is a part of the key.</summary>
sealed class RateOptions
{
    static readonly AclPlaces OfMessage =
        AclPlaces.Only(AclWhere.Mail, AclWhere.Rcpt, AclWhere.PreData, AclWhere.Mime, AclWhere.Prdr, AclWhere.Data, AclWhere.NotSmtp);
    static readonly AclPlaces OfRecipients = AclPlaces.Only(AclWhere.Rcpt, AclWhere.PreData, AclWhere.Mime, AclWhere.Prdr, AclWhere.Data, AclWhere.NotSmtp);
    static readonly AclPlaces OfConnection = AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart);

    /// <summary>What a word counts, under which name the rate is kept, where it may be counted, and for how long it stands.</summary>
    static readonly (string Word, string Mode, AclPlaces Places, RateScope Scope)[] Modes =
    [
        ("per_conn", "per_conn", OfConnection, RateScope.Connection),
        ("per_mail", "per_mail", OfMessage, RateScope.Message),
        ("per_byte", "per_mail", OfMessage, RateScope.Message),
        ("per_rcpt", "per_rcpt", OfRecipients, RateScope.Command),
        ("per_addr", "per_rcpt", AclPlaces.Only(AclWhere.Rcpt), RateScope.Command),
        ("per_cmd", "per_cmd", AclPlaces.All, RateScope.Command),
    ];

    string? _word;
    StringBuilder? _key;

    public string Mode { get; private set; } = "per_mail";
    public AclPlaces Places { get; private set; } = AclPlaces.All;
    public RateScope Scope { get; private set; } = RateScope.Message;
    public RateUpdate? Update { get; private set; }
    public double? Count { get; private set; }
    public string? Unique { get; private set; }
    /// <summary>Null when the rule names none.</summary>
    public string? Key => _key?.ToString();
    public bool IsPerAddress => _word == "per_addr";
    public bool IsUnique => Unique is not null || IsPerAddress;

    /// <summary>What is wrong with this item, or null.</summary>
    public string? Take(string item)
    {
        switch (item.LowerAscii())
        {
            case "strict": return SetUpdate(RateUpdate.Strict);
            case "leaky": return SetUpdate(RateUpdate.Leaky);
            case "readonly" or "noupdate": return SetUpdate(RateUpdate.Readonly);
            case var word when Array.FindIndex(Modes, m => m.Word == word) is var row and >= 0: return SetMode(row);
            case var word when word.StartsWith("count=", StringComparison.Ordinal): return SetCount(item);
            case var word when word.StartsWith("unique=", StringComparison.Ordinal): Unique = item["unique=".Length..]; return null;
            default: _key = _key is null ? new(item) : _key.Append('/').Append(item); return null;
        }
    }

    /// <summary>One of each kind, but recipients and bytes by their number. The size is what MAIL said until the message is here.</summary>
    public double CountedHere(AclRun run) => _word switch
    {
        "per_byte" => Math.Max(0, run.Context.Message.Size),
        "per_rcpt" when run.Where != AclWhere.Rcpt => run.Context.Message.Recipients.Count,
        _ => 1,
    };

    string? SetUpdate(RateUpdate update)
    {
        if (Update is { } before && before != update) return "conflicting update modes";
        Update = update;
        return null;
    }

    string? SetMode(int row)
    {
        if (_word is not null) return "conflicting per_* options";
        (_word, Mode, Places, Scope) = Modes[row];
        return null;
    }

    string? SetCount(string item)
    {
        if (!RateRule.TryNumber(item["count=".Length..], out var count, withSuffix: false)) return $"\"{item}\" is not a positive number";
        Count = count;
        return null;
    }
}
