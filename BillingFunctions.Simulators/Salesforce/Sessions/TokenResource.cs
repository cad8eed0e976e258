using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Simulators.Salesforce.Api;
using Microsoft.AspNetCore.WebUtilities;

namespace BillingFunctions.Simulators.Salesforce.Sessions;

/// <summary>Gives access tokens to a client that shows its id and secret, by the flow <c>client_credentials</c>.</summary>
internal sealed class TokenResource(AccessTokens tokens, SalesforceSimulatorOptions options, Func<string> baseUrl)
{
    public const string Path = "/services/oauth2/token";

    public void MapTo(SalesforceApi api) => api.MapToken(Path, Issue);

    private SalesforceAnswer Issue(SalesforceCall call)
    {
        var form = QueryHelpers.ParseQuery(call.Body);
        if (form.GetValueOrDefault("grant_type") != "client_credentials")
        {
            return Refuse("unsupported_grant_type", "grant type not supported");
        }

        var (id, secret) = BasicCredentials(call.Request.Headers.Authorization.ToString())
            ?? (form.GetValueOrDefault("client_id").ToString(), form.GetValueOrDefault("client_secret").ToString());
        if (id != options.ClientId)
        {
            return Refuse("invalid_client_id", "client identifier invalid");
        }

        return secret == options.ClientSecret ? Grant(call) : Refuse("invalid_client", "invalid client credentials");
    }

    private SalesforceAnswer Grant(SalesforceCall call)
    {
        var identity = $"https://login.salesforce.com/id/{options.OrganizationId}/{call.UserId}";
        var issuedAt = options.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.ClientSecret), Encoding.UTF8.GetBytes(identity + issuedAt));
        return SalesforceAnswer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("access_token", tokens.Issue());
            json.WriteString("signature", Convert.ToBase64String(signature));
            json.WriteString("scope", "api");
            json.WriteString("instance_url", baseUrl());
            json.WriteString("id", identity);
            json.WriteString("token_type", "Bearer");
            json.WriteString("issued_at", issuedAt);
            json.WriteEndObject();
        });
    }

    private static (string Id, string Secret)? BasicCredentials(string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var buffer = new byte[authorization.Length];
        var isBase64 = Convert.TryFromBase64String(authorization["Basic ".Length..].Trim(), buffer, out var length);
        var parts = isBase64 ? Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) : [];
        return parts.Length == 2 ? (parts[0], parts[1]) : ("", "");
    }

    private static SalesforceAnswer Refuse(string error, string description) => SalesforceAnswer.Json(400, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", error);
        json.WriteString("error_description", description);
        json.WriteEndObject();
    });
}
