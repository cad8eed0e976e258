using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace BillingFunctions.Simulators.Stripe.Idempotency;

/// <summary>Tells whether two calls ask for the same: address and parameters, in whatever order.</summary>
internal static class Fingerprint
{
    public static string Of(PathString path, IReadOnlyDictionary<string, StringValues> parameters)
    {
        var sorted = parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}\0{pair.Value}");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{path}\0{string.Join('\0', sorted)}")));
    }
}
