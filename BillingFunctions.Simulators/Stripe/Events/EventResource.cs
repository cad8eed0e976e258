using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>The endpoints of events.</summary>
internal sealed class EventResource(StripeEvents events)
{
    private const string Path = "/v1/events";
    private const int MaxTypes = 20;

    private static readonly HashSet<string> ListParameters =
        ["limit", "starting_after", "ending_before", "created", "delivery_success", "type", "types", "expand"];

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Get($"{Path}/{{id}}", call => StripeAnswer.Json(200, events.Get(call.Id).ToJson(events.ApiVersion)));
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(ListParameters);
        var query = ListQuery.Read(reader);
        query.CheckCursor(reader, "event", id => events.Find(id) is not null);
        var (ofType, delivered) = (ReadTypes(reader), reader.Flag("delivery_success"));
        reader.ThrowIfWrong();
        return events
            .List(query, record => ofType(record.Type) && (delivered is null || delivered == (record.PendingWebhooks == 0)))
            .ToAnswer(Path, (json, record) => record.ToJson(events.ApiVersion).WriteTo(json));
    }

    private static Func<string, bool> ReadTypes(ParameterReader reader)
    {
        var types = reader.Entries("types").Select(entry => entry.Value).ToHashSet();
        if (reader.Text("type") is not { } type)
        {
            if (types.Count > MaxTypes)
            {
                reader.Fail(StripeProblem.Invalid("types", $"You may pass at most {MaxTypes} types."));
            }

            return candidate => types.Count == 0 || types.Contains(candidate);
        }

        if (types.Count > 0)
        {
            reader.Fail(StripeProblem.Invalid("types", "You may pass either `type` or `types`, but not both."));
        }

        return type.EndsWith('*')
            ? candidate => candidate.StartsWith(type[..^1], StringComparison.Ordinal)
            : candidate => candidate == type;
    }
}
