using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>What holds for the whole API, and what follows from the method of a request.</summary>
internal sealed class DocumentConventions : IOpenApiDocumentTransformer
{
    private const string Rules = """
        Billing back office on Stripe: customer export and sync, subscriptions, monthly invoicing, usage billing.

        - Fields are snake_case. Unknown and misspelled ones are refused.
        - Times are RFC 3339; they are read with any offset and written in UTC. Months are `yyyy-MM`, in UTC.
        - Money is a whole number of minor units as Stripe counts them (cents of a dollar, whole yen) beside its currency, three lower-case letters.
        - Refusals are RFC 9457 `application/problem+json`; nothing was changed then. `errors` has what is wrong by field.
        - Lists take `limit` (1 to 100) and `cursor`, the `next_cursor` of the page before.
        - `Idempotency-Key` makes a POST that creates something safe to repeat for a day.
        - Bodies about an organization, an invoice, an item or a customer may be wrapped in a field of that name: `{ "organization": { "name": … } }`.
        """;

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "BillingFunctions", Version = "1", Description = Rules };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The app that this document comes from." }];
        foreach (var patch in document.Paths.Values.SelectMany(path => path.Operations ?? []).Where(operation => operation.Key == HttpMethod.Patch))
        {
            LeaveAllOptional(patch.Value);
        }

        // Where a struct is met as a nullable one first, as money is, the package leaves out what transformers say of it.
        document.Components!.Schemas![nameof(Money)] = await context.GetOrCreateSchemaAsync(typeof(Money), parameterDescription: null, cancellationToken);
    }

    /// <summary>PATCH takes the fields that PUT or POST takes, and requires none of them.</summary>
    private static void LeaveAllOptional(OpenApiOperation operation)
    {
        foreach (var body in operation.RequestBody?.Content?.Values.Where(body => body.Schema?.Required is { Count: > 0 }) ?? [])
        {
            body.Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = body.Schema?.Properties, Description = body.Schema?.Description };
        }
    }
}
