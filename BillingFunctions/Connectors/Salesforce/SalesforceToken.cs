using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Salesforce;

/// <summary>The access token of the client credentials flow. One is kept until Salesforce does not take it any more: its answer does not say how long it lasts.</summary>
public sealed class SalesforceToken(IHttpClientFactory clients, IOptions<SalesforceOptions> options) : IDisposable
{
    /// <summary>The client that asks for tokens.</summary>
    public const string Client = "salesforce-token";

    private readonly SemaphoreSlim _turn = new(1);
    private string? _token;

    /// <summary>The token.</summary>
    /// <param name="refused">One that Salesforce has refused: then another is asked for, unless somebody has done so already.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="SalesforceException">Salesforce does not give one.</exception>
    internal async Task<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _token is not null && _token != refused ? _token : _token = await AskAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = options.Value.ClientId ?? "",
            ["client_secret"] = options.Value.ClientSecret ?? "",
        });
        using var response = await clients.CreateClient(Client).PostAsync(new Uri("services/oauth2/token", UriKind.Relative), form, cancellationToken);
        if ((int)response.StatusCode >= 500)
        {
            throw new SalesforceException($"Salesforce answered {(int)response.StatusCode} when it was asked for a token.", SalesforceFailure.Unavailable);
        }

        var answer = await ReadAsync(response, cancellationToken);
        return answer.Text("access_token") ?? throw new SalesforceException(
            $"Salesforce gave no token: {(int)response.StatusCode} {answer.Text("error") ?? "without a reason"}. Check Salesforce__ClientId and Salesforce__ClientSecret.", SalesforceFailure.Refused);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (JsonException)
        {
            // A page for people; the status says enough.
            return default;
        }
    }
}
