using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Notices;

/// <summary>
/// Sends notices, signed as Standard Webhooks has it (https://www.standardwebhooks.com): headers <c>webhook-id</c>, <c>webhook-timestamp</c> and
/// <c>webhook-signature</c>, HMAC-SHA256 of "id.timestamp.body" in Base64.
/// </summary>
public sealed class NoticeSender(IHttpClientFactory clients, TableServiceClient tables, IOptions<NoticeOptions> options, ShadowMode shadow, TimeProvider time)
{
    internal const string Client = "notices";

    private readonly StoredSecret _stored = new(tables.GetTableClient(StoredSecret.Table), "secrets", "notices");

    /// <summary>Sends a notice once. In shadow mode it is recorded, and said to have arrived.</summary>
    /// <returns>Why it did not arrive; null when its receiver has answered 2xx.</returns>
    internal async Task<string?> SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (shadow.IsOn)
        {
            // Without the path, which may have a secret in it.
            await shadow.RecordAsync(cancellationToken, new ShadowAction(ShadowKind.Http, ShadowOperation.PostNotice, notice.Id, notice.Id) { Target = new Uri(notice.Url).Host });
            return null;
        }

        using var request = await RequestAsync(notice, cancellationToken);
        try
        {
            using var answer = await clients.CreateClient(Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"The receiver answered {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException unreachable)
        {
            return $"The receiver cannot be reached: {unreachable.Message}";
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "The receiver did not answer in 15 seconds.";
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(Notice notice, CancellationToken cancellationToken)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var secret = options.Value.SecretBytes ?? await _stored.GetAsync(cancellationToken);
        var signature = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{notice.Id}.{timestamp}.{notice.Body}"));
        return new HttpRequestMessage(HttpMethod.Post, notice.Url)
        {
            Content = new StringContent(notice.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            Headers = { { "webhook-id", notice.Id }, { "webhook-timestamp", timestamp }, { "webhook-signature", $"v1,{Convert.ToBase64String(signature)}" } },
        };
    }
}
