using System.Net;
using System.Text;

namespace BillingFunctions.Tests.Local;

/// <summary>Answers the n-th request with the n-th step, the last one for ever, and keeps what was asked.</summary>
internal sealed class ScriptedHandler(params Func<HttpResponseMessage>[] steps) : HttpMessageHandler
{
    public List<Sent> Requests { get; } = [];

    public static Func<HttpResponseMessage> Answer(HttpStatusCode status, string json = "{}", params (string Name, string Value)[] headers) => () =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            response.Headers.Add(name, value);
        }

        return response;
    };

    public static Func<HttpResponseMessage> Throw(Exception exception) => () => throw exception;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(' ', header.Value));
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add(new Sent(request.Method, request.RequestUri!, headers, body));
        return steps[Math.Min(Requests.Count, steps.Length) - 1]();
    }

    internal sealed record Sent(HttpMethod Method, Uri Uri, Dictionary<string, string> Headers, string? Body);
}
