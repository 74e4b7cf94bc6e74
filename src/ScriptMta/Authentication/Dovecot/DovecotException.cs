namespace ScriptMta.Authentication;

/// <summary>Dovecot cannot be asked, or does not keep to its protocol; the message is for the log.</summary>
sealed class DovecotException(string message) : Exception(message);
