using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using BillingFunctions.Simulators.Webhooks;

namespace BillingFunctions.Simulators.Salesforce.Messages;

/// <summary>News of up to 100 changed records on their way to one endpoint. Thread-safe.</summary>
public abstract class OutboundDelivery : Delivery
{
    private protected OutboundDelivery(Uri url, IReadOnlyList<string> recordIds) => (Url, RecordIds) = (url, recordIds);

    public Uri Url { get; }

    /// <summary>The records that it tells of, by their ids of 18 characters.</summary>
    public IReadOnlyList<string> RecordIds { get; }

    private protected HttpRequestMessage Post(string body, string mediaType) => new(HttpMethod.Post, Url)
    {
        Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType, "utf-8")),
    };
}

/// <summary>An outbound message in SOAP.</summary>
internal sealed class SoapDelivery(OutboundEndpoint endpoint, IReadOnlyList<OutboundNotification> notifications, SoapMessage message)
    : OutboundDelivery(endpoint.Url, [.. notifications.Select(notification => notification.RecordId)])
{
    internal override HttpRequestMessage Build(DateTimeOffset now)
    {
        var request = Post(message.Of(endpoint, notifications), "text/xml");
        request.Headers.TryAddWithoutValidation("SOAPAction", "\"\"");
        return request;
    }

    internal override async Task<bool> IsAcceptedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            return false;
        }

        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return XDocument.Parse(body).Descendants().Any(element => element.Name.LocalName == "Ack" && element.Value.Trim() == "true");
        }
        catch (XmlException)
        {
            return false;
        }
    }
}

/// <summary>A signed notice in JSON.</summary>
internal sealed class NoticeDelivery(NoticeEndpoint endpoint, IReadOnlyList<string> recordIds) : OutboundDelivery(endpoint.Url, recordIds)
{
    internal override int? MostAttempts => endpoint.MostAttempts;

    internal override HttpRequestMessage Build(DateTimeOffset now)
    {
        var body = JsonSerializer.Serialize(new { ids = RecordIds });
        var request = Post(body, "application/json");
        request.Headers.TryAddWithoutValidation(NoticeSignature.Header, NoticeSignature.Of(body, endpoint.Secret));
        return request;
    }
}
