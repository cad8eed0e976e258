using System.Net;
using System.Text.Json;

namespace BillingFunctions.LocalHost.Client;

/// <summary>What the app says when it refuses a request: <c>application/problem+json</c>, RFC 9457.</summary>
internal sealed record ProblemAnswer(string? Title, string? Detail, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors)
{
    public static async Task<JobException> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await ParseAsync(response.Content, cancellationToken) : null;
        var line = problem is { Title: { } title } ? $"{title} ({(int)response.StatusCode}). {problem.Detail}"
            : response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? $"{request.RequestUri!.GetLeftPart(UriPartial.Authority)} does not take the key ({(int)response.StatusCode}). Give the right one with --key, or in {ApiClient.KeyVariable}."
            : $"{request.Method} {request.RequestUri!.AbsolutePath} answered {(int)response.StatusCode}.";
        return new JobException(line.Trim())
        {
            Details = [.. (problem?.Errors ?? new Dictionary<string, IReadOnlyList<string>>()).SelectMany(field => field.Value.Select(error => $"{field.Key}: {error}"))],
            IsTransient = (int)response.StatusCode is 429 or >= 500,
        };
    }

    private static async Task<ProblemAnswer?> ParseAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadFromJsonAsync<ProblemAnswer>(cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
