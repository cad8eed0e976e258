using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Testing.Fakes;

/// <summary>An endpoint for the outbound messages and notices of Salesforce, which keeps what it gets in the order it came.</summary>
internal sealed class OutboundReceiverFake : IAsyncDisposable
{
    public static readonly XNamespace Outbound = "http://soap.sforce.com/2005/09/outbound";
    public static readonly XNamespace Objects = "urn:sobject.enterprise.soap.sforce.com";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(int Status, string Ack)> _answers = new();

    private OutboundReceiverFake(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First() + "/salesforce");

    /// <summary>Everything that came, also what was not accepted.</summary>
    public ConcurrentQueue<ReceivedMessage> Received { get; } = new();

    /// <summary>The ids of the records in the messages, in the order they came.</summary>
    public IEnumerable<string> RecordIds => Received.SelectMany(message => message.Objects).Select(record => record.Element(Objects + "Id")!.Value);

    public static async Task<OutboundReceiverFake> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OutboundReceiverFake(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers the next request in this way, and not with 200 and an acknowledgement.</summary>
    public void Answer(int status, string ack) => _answers.Enqueue((status, ack));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        Received.Enqueue(new ReceivedMessage(body, http.Request.ContentType ?? "", http.Request.Headers["X-Billing-Signature"].ToString()));
        var (status, ack) = _answers.TryDequeue(out var answer) ? answer : (200, "true");
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/xml";
        await http.Response.WriteAsync(
            $"""
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
            <notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>{ack}</Ack></notificationsResponse>
            </soapenv:Body></soapenv:Envelope>
            """,
            http.RequestAborted);
    }
}

/// <summary>A message or notice that came.</summary>
/// <param name="Signature">Empty for a message in SOAP.</param>
internal sealed record ReceivedMessage(string Body, string ContentType, string Signature)
{
    public XDocument Xml => XDocument.Parse(Body);

    public IEnumerable<XElement> Notifications => Xml.Descendants(OutboundReceiverFake.Outbound + "Notification");

    public IEnumerable<string> NotificationIds => Notifications.Select(notification => notification.Element(OutboundReceiverFake.Outbound + "Id")!.Value);

    public IEnumerable<XElement> Objects => Notifications.Select(notification => notification.Element(OutboundReceiverFake.Outbound + "sObject")!);
}
