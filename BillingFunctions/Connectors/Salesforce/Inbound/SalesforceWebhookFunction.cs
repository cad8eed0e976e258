using System.Text;
using System.Xml;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>
/// <c>POST /api/webhooks/salesforce</c>: an outbound message in SOAP, or a signed notice in JSON. Either only says which records have changed: their ids are queued, and only
/// then 200. The records are read again, so what else a message says is not believed; one that never arrives is made up for by <see cref="ReadSalesforceChangesFunction"/>.
/// </summary>
public sealed class SalesforceWebhookFunction(OutboundSender sender, NoticeSignature signature, SalesforceNotices notices, IOptions<SalesforceOptions> options)
{
    private const int MaxBody = 1024 * 1024;

    /// <summary>Takes a change notice of Salesforce: an outbound message in SOAP, or a signed notice in JSON.</summary>
    /// <remarks>Either only says which records have changed; they are read again. An outbound message is checked by the address it comes from or by a client certificate, and by the id of the organization, and is acknowledged in SOAP.</remarks>
    [Function(nameof(SalesforceWebhookFunction))]
    [SecuredBy("salesforce_signature", ParameterLocation.Header, NoticeSignature.Header, "Of a notice in JSON: the HMAC-SHA256 of the raw body by one of the secrets of `Salesforce__NoticeSecret`, in hex, with or without `sha256=` before it.")]
    [Consumes(typeof(NoticeBody), "application/json", "text/xml")]
    [ProducesResponseType<NoticeReceipt>(StatusCodes.Status200OK, "application/json")]
    [ProducesProblem(StatusCodes.Status403Forbidden)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/webhooks/salesforce")] HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        return await (IsXml(request.ContentType, body) ? TakeMessageAsync(request, body, cancellationToken) : TakeNoticeAsync(request, body, cancellationToken));
    }

    /// <summary>By its type if that says so, or by its first character.</summary>
    internal static bool IsXml(string? contentType, ReadOnlySpan<byte> body)
    {
        var type = contentType ?? "";
        return type.Contains("xml", StringComparison.OrdinalIgnoreCase)
            || (!type.Contains("json", StringComparison.OrdinalIgnoreCase) && body.TrimStart("\uFEFF \t\r\n"u8).StartsWith("<"u8));
    }

    private async Task<IResult> TakeMessageAsync(HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(options.Value.OrganizationId))
        {
            throw new SettingMissingException($"{SalesforceOptions.Section}__{nameof(SalesforceOptions.OrganizationId)}");
        }

        if (sender.RefusalOf(request) is { } refusal)
        {
            return Forbidden(refusal);
        }

        try
        {
            var message = OutboundMessage.Read(body);
            if (!options.Value.IsOurOrganization(message.OrganizationId))
            {
                return Forbidden("The message is from another organization than that of Salesforce__OrganizationId.");
            }

            await QueueAsync(message.IdsOf(options.Value.Object), cancellationToken);
            return Results.Text(OutboundMessage.Acknowledgement, "text/xml", Encoding.UTF8);
        }
        catch (XmlException malformed)
        {
            return Problems.Invalid("body", $"The body must be an outbound message of Salesforce. {malformed.Message}");
        }
    }

    private async Task<IResult> TakeNoticeAsync(HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        if (!signature.IsValid(body, request.Headers[NoticeSignature.Header]))
        {
            return Problems.Invalid(NoticeSignature.Header, "The value must be the HMAC-SHA256 of this body by one of our secrets, in hex.");
        }

        await QueueAsync(NoticeBody.ReadIds(body), cancellationToken);
        return ApiJson.Ok(new NoticeReceipt(Received: true));
    }

    private async Task QueueAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var notice = new SalesforceNotice(ids);
        notice.Describe();
        if (ids.Count > 0)
        {
            await notices.SendAsync(notice, delay: null, cancellationToken);
        }
    }

    private static IResult Forbidden(string detail) => Problems.Problem(StatusCodes.Status403Forbidden, "forbidden", "Not from our Salesforce", detail);
    /// <summary>The answer to a notice.</summary>
    /// <param name="Received">True: the records are read again.</param>
    internal sealed record NoticeReceipt(bool Received);
}
