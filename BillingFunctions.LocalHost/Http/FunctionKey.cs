using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.LocalHost.Http;

/// <summary>The key that callers have to send when the setting <c>Keys__Default</c> holds one; else none is demanded, as by <c>func start</c>.</summary>
internal sealed class FunctionKey(IConfiguration configuration)
{
    public const string Header = "x-functions-key";
    private const string Parameter = "code";

    /// <summary>Null when none is demanded.</summary>
    public string? Value { get; } = configuration["Keys:Default"] is { Length: > 0 } key ? key : null;

    /// <summary>Whether the request has the key, if one is demanded.</summary>
    public bool IsIn(HttpRequest request) =>
        Value is null || Equals(request.Headers[Header].ToString(), Value) || Equals(request.Query[Parameter].ToString(), Value);

    /// <summary>An address that carries the key.</summary>
    public Uri Sign(Uri address) => Value is null ? address : new Uri($"{address}?{Parameter}={Uri.EscapeDataString(Value)}");

    private static bool Equals(string given, string key) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(key));
}
