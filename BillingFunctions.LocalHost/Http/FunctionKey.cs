using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.LocalHost.Http;

/// <summary>The key that callers have to send when the setting <c>Keys__Default</c> holds one; else none is demanded, as by <c>func start</c>.</summary>
internal sealed class FunctionKey(IConfiguration configuration)
{
    private const string Header = "x-functions-key";
    private const string Parameter = "code";

    private readonly string? _key = configuration["Keys:Default"] is { Length: > 0 } key ? key : null;

    /// <summary>Whether the request has the key, if one is demanded.</summary>
    public bool IsIn(HttpRequest request) =>
        _key is null || Equals(request.Headers[Header].ToString(), _key) || Equals(request.Query[Parameter].ToString(), _key);

    /// <summary>An address that carries the key.</summary>
    public Uri Sign(Uri address) => _key is null ? address : new Uri($"{address}?{Parameter}={Uri.EscapeDataString(_key)}");

    public void AddTo(HttpClient client)
    {
        if (_key is not null)
        {
            client.DefaultRequestHeaders.Add(Header, _key);
        }
    }

    private static bool Equals(string given, string key) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(key));
}
