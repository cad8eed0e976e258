using Azure.Core;
using Azure.Core.Pipeline;

namespace BillingFunctions.Local.Storage;

/// <summary>How a client proves who it is.</summary>
internal static class AuthenticationPolicies
{
    private const string Scope = "https://storage.azure.com/.default";

    /// <summary>Sends a token; Azure.Core refuses to send one without TLS.</summary>
    public static HttpPipelinePolicy Bearer(TokenCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential, "tokenCredential");
        return new BearerTokenAuthenticationPolicy(credential, Scope);
    }
}
