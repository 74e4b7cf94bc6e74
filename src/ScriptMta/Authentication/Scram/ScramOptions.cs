using System.Globalization;
using System.Security.Cryptography;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>Where the server's half of a SCRAM secret comes from (Exim chapter 38): server_scram_iter, server_scram_salt, and server_key with server_skey or server_password.</summary>
sealed record ScramOptions(Template? Iterations, Template? Salt, Template? ServerKey, Template? StoredKey, Template? Password)
{
    /// <summary>RFC 5802 5.1, and Exim's default.</summary>
    const int UsualIterations = 4096;
    /// <summary>Some two seconds of one processor: nobody should be able to ask for more.</summary>
    const int MostIterations = 4_000_000;
    const int SaltBytes = 16;

    /// <summary>Makes salts for users that have none: the same for a user as long as the program runs, so that asking twice does not tell who exists.</summary>
    static readonly byte[] SaltSecret = RandomNumberGenerator.GetBytes(32);

    public static ScramOptions From(AuthenticatorBlock block) => new(block.Template("server_scram_iter"), block.Template("server_scram_salt"), block.Template("server_key"), block.Template("server_skey"), block.Template("server_password"));

    public bool HasSecret => Password is not null || (ServerKey is not null && StoredKey is not null);

    /// <summary>Null, with the reason, when the options give nothing usable.</summary>
    public (byte[] Salt, int Iterations)? Parameters(ExpansionContext context, string user, out string error)
    {
        error = "";
        var (iterations, salt) = (Text(Iterations, context, ref error), Text(Salt, context, ref error));
        if (error.Length > 0) return null;
        var count = UsualIterations;
        if (iterations.Length > 0 && (!int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > MostIterations)) error = $"server_scram_iter \"{iterations}\" is no number from 1 to {MostIterations}";
        var bytes = salt.Length > 0 ? Base64Text.Decode(salt) : Latin1.Decode(HMACSHA256.HashData(SaltSecret, Latin1.Encode(user)).AsSpan(0, SaltBytes));
        if (bytes is not { Length: > 0 }) error = "server_scram_salt is no base64";
        return error.Length > 0 ? null : (Latin1.Encode(bytes!), count);
    }

    /// <summary>The keys that a user's proof is held against; null when there is no such user. What cannot be told now is in deferred.</summary>
    public (byte[] Stored, byte[] Server)? Keys(ScramHash hash, ExpansionContext context, byte[] salt, int iterations, out string deferred)
    {
        deferred = "";
        var (stored, server) = (Key(StoredKey, hash, context, ref deferred), Key(ServerKey, hash, context, ref deferred));
        if (deferred.Length > 0) return null;
        if (stored is not null && server is not null) return (stored, server);
        if (Password is null) return null;
        var password = AuthConditions.Quietly(Password, context);
        if (!password.IsOk && password.Kind != ExpandedKind.ForcedFail) deferred = password.Error;
        return password.IsOk && password.Text.Length > 0 && SaslPrep.Prepare(password.Text) is { Length: > 0 } prepared ? hash.Keys(Latin1.Encode(prepared), salt, iterations) : null;
    }

    /// <summary>Null where it is unset, forced to fail, or not of the right length: then the password counts.</summary>
    static byte[]? Key(Template? template, ScramHash hash, ExpansionContext context, ref string deferred)
    {
        var text = Text(template, context, ref deferred);
        return text.Length > 0 && Base64Text.Decode(text) is { } key && key.Length == hash.Size ? Latin1.Encode(key) : null;
    }

    static string Text(Template? template, ExpansionContext context, ref string error)
    {
        if (template is null) return "";
        var value = AuthConditions.Quietly(template, context);
        if (!value.IsOk && value.Kind != ExpandedKind.ForcedFail) error = value.Error;
        return value.Text;
    }
}
