using System.Net.Sockets;
using StackExchange.Redis;

namespace ScriptMta.Lookups;

/// <summary>Why a connection failed, without the driver's statistics.</summary>
static class RedisFailure
{
    public static string Reason(RedisConnectionException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
            if (cause is SocketException socket) return socket.SocketErrorCode == SocketError.ConnectionRefused ? "Connection refused" : socket.Message;
        return failure.FailureType == ConnectionFailureType.AuthenticationFailure ? "wrong password" : failure.FailureType == ConnectionFailureType.UnableToConnect ? "Connection refused or timed out" : failure.Message;
    }
}
