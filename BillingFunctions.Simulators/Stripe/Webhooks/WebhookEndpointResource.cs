using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Api.Ids;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>The endpoints of webhook endpoints: made, listed and deleted. Events go to them from then on.</summary>
internal sealed class WebhookEndpointResource(StripeWebhooks webhooks, ObjectIds ids, TimeProvider time)
{
    private const string Path = "/v1/webhook_endpoints";
    private const string All = "*";

    private static readonly HashSet<string> Names = ["api_version", "description", "enabled_events", "expand", "metadata", "url"];
    private static readonly HashSet<string> NotSimulated = ["connect"];
    private static readonly HashSet<string> ListParameters = ["limit", "starting_after", "ending_before", "expand"];

    private readonly RecordList<Registered> _endpoints = new();

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Post(Path, Create);
        api.Get($"{Path}/{{id}}", call => StripeAnswer.Json(200, Json(Get(call), call)));
        api.Delete($"{Path}/{{id}}", Delete);
    }

    private StripeAnswer Create(StripeCall call)
    {
        var form = new ParameterReader(call.Parameters);
        form.Allow(Names, NotSimulated);
        var types = form.Entries("enabled_events").Select(entry => entry.Value).ToList();
        if (types.Count == 0)
        {
            form.Fail(StripeProblem.Invalid("enabled_events", "Missing required param: enabled_events.", "parameter_missing"));
        }

        if (!Uri.TryCreate(form.Required("url"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            form.Fail(StripeProblem.Invalid("url", "Invalid URL: An explicit scheme (such as https) must be provided.", "url_invalid"));
        }

        var (description, metadata) = (form.TextOr(null, "description"), MetadataForm.Read(form, new Dictionary<string, string>()));
        form.ThrowIfWrong();
        var secret = $"whsec_{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 32)}";
        var endpoint = new WebhookEndpoint(url!, secret) { ApiVersion = form.Text("api_version"), Types = types.Contains(All) ? [] : types };
        var registered = new Registered(ids.Next("we_"), time.GetUtcNow().ToUnixTimeSeconds(), endpoint, description, metadata);
        webhooks.Add(endpoint);
        _endpoints.Add(registered);

        // Stripe tells the secret in this answer only.
        var answer = Json(registered, call);
        answer["secret"] = secret;
        return StripeAnswer.Json(200, answer);
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(ListParameters);
        var query = ListQuery.Read(reader);
        query.CheckCursor(reader, "webhook endpoint", id => _endpoints.Find(id) is not null);
        reader.ThrowIfWrong();
        return _endpoints.List(query, _ => true).ToAnswer(Path, (json, endpoint) => Json(endpoint, call).WriteTo(json));
    }

    private StripeAnswer Delete(StripeCall call)
    {
        var registered = Get(call);
        webhooks.Remove(registered.Endpoint);
        _endpoints.Remove(registered.Id);
        return StripeAnswer.Json(200, new JsonObject { ["id"] = registered.Id, ["object"] = "webhook_endpoint", ["deleted"] = true });
    }

    private Registered Get(StripeCall call) => _endpoints.Find(call.Id) ?? throw new StripeRefusalException(StripeProblem.Missing("webhook endpoint", call.Id));

    private static JsonObject Json(Registered registered, StripeCall call) => new()
    {
        ["id"] = registered.Id,
        ["object"] = "webhook_endpoint",
        ["api_version"] = registered.Endpoint.ApiVersion,
        ["application"] = null,
        ["created"] = registered.Created,
        ["description"] = registered.Description,
        ["enabled_events"] = new JsonArray([.. registered.Endpoint.Types.DefaultIfEmpty(All).Select(type => JsonValue.Create(type))]),
        ["livemode"] = call.Account.Livemode,
        ["metadata"] = JsonParts.Of(registered.Metadata),
        ["status"] = "enabled",
        ["url"] = registered.Endpoint.Url.OriginalString,
    };

    private sealed record Registered(string Id, long Created, WebhookEndpoint Endpoint, string? Description, IReadOnlyDictionary<string, string> Metadata) : IRecord;
}
