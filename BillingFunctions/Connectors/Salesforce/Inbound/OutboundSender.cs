using System.Net;
using System.Security.Cryptography;
using BillingFunctions.Platform.Http;
using BillingFunctions.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>
/// Tells whether an outbound message comes from Salesforce, which does not sign them: from one of its networks, or with the org's client certificate, as far as the settings ask
/// for that. App Service asks callers for a certificate and puts it into a header; unless it is set to require one, anybody can write that header.
/// </summary>
public sealed class OutboundSender(IOptions<SalesforceOptions> options, IOptions<WebhookOptions> webhooks)
{
    /// <summary>The client certificate in DER, as base64.</summary>
    public const string CertificateHeader = "X-ARR-ClientCert";

    private readonly IReadOnlyList<IPNetwork> _networks = options.Value.SourceNetworks;
    private readonly byte[] _thumbprint = Convert.FromHexString(options.Value.ClientCertificate ?? "");

    /// <returns>Why a request is refused; null when it is not.</returns>
    internal string? RefusalOf(HttpRequest request) =>
        !IsFromItsNetworks(SenderAddress.Of(request, webhooks.Value.ForwardedHeader)) ? "Outbound messages are taken from the networks in Salesforce__SourceAddresses only."
        : !HasItsCertificate(request.Headers[CertificateHeader]) ? "Outbound messages are taken with the client certificate of Salesforce__ClientCertificate only."
        : null;

    private bool IsFromItsNetworks(IPAddress? sender) => _networks.Count == 0 || (sender is not null && _networks.Any(network => network.Contains(sender)));

    private bool HasItsCertificate(string? header)
    {
        if (_thumbprint.Length == 0)
        {
            return true;
        }

        var certificate = new byte[header?.Length ?? 0];
        return Convert.TryFromBase64String(header ?? "", certificate, out var length) && SHA256.HashData(certificate.AsSpan(0, length)).AsSpan().SequenceEqual(_thumbprint);
    }
}
