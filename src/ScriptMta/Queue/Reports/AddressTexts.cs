using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>Addresses that an option lists with commas.</summary>
static class AddressTexts
{
    public static IEnumerable<MailAddress> Of(string text) =>
        text.Split(',').Select(a => a.TrimSpace().Trim('<', '>')).Where(a => a.Length > 0).Select(MailAddress.Split);
}
