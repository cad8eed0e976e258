using System.Text;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Simulators.Stripe.Api.Ids;

/// <summary>Who may call: a key as bearer token, or as the user name of basic authentication.</summary>
public sealed class ApiKeys
{
    private static readonly string[] Prefixes = ["sk_test_", "rk_test_", "sk_live_", "rk_live_"];

    /// <summary>The keys that are accepted, which may be changed at any time; null accepts whatever looks like a Stripe secret or restricted key.</summary>
    public IReadOnlyCollection<string>? Accepted { get; set; }

    /// <returns>The account, or why there is none.</returns>
    internal (StripeAccount? Account, StripeProblem? Problem) Check(HttpRequest request)
    {
        var key = ReadKey(request.Headers.Authorization.ToString());
        if (key.Length == 0)
        {
            return (null, StripeProblem.NoApiKey);
        }

        if (!IsAccepted(key))
        {
            return (null, StripeProblem.WrongApiKey(key));
        }

        var (connected, context) = (request.Headers["Stripe-Account"].ToString(), request.Headers["Stripe-Context"].ToString());
        if (connected.Length > 0 && context.Length > 0 && context != connected)
        {
            return (null, StripeProblem.OtherContext);
        }

        var acting = connected.Length > 0 ? connected : context;
        return (new StripeAccount(acting.Length == 0 ? key : $"{key}/{acting}", key.Contains("_live_", StringComparison.Ordinal))
        {
            Context = acting.Length == 0 ? null : acting,
        }, null);
    }

    private bool IsAccepted(string key)
        => Accepted?.Contains(key) ?? Prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    private static string ReadKey(string header) => header.Split(' ', 2) switch
    {
        ["Bearer", var token] => token.Trim(),
        ["Basic", var pair] => ReadUserName(pair),
        _ => "",
    };

    private static string ReadUserName(string pair)
    {
        var bytes = new byte[pair.Length];
        return Convert.TryFromBase64String(pair, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0] : "";
    }
}
