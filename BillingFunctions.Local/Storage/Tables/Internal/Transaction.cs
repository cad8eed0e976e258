using Azure;
using Azure.Core;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Sends a transaction and reads its answers.</summary>
internal static class Transaction
{
    public static async Task<Response<IReadOnlyList<Response>>> SendAsync(
        TableService service,
        TransactionBody body,
        CancellationToken cancellationToken)
    {
        if (body.Count == 0)
        {
            throw new InvalidOperationException("A transaction needs at least one action.");
        }

        try
        {
            var response = await service.SendAsync(Message(service, body), 202, alsoFine: 202, cancellationToken);
            var parts = TransactionResponse.Parse(response);
            return parts is [{ Status: >= 400 } refusal]
                ? throw new RequestFailedException(refusal, innerException: null, TableErrorParser.Instance)
                : Response.FromValue<IReadOnlyList<Response>>(parts, response);
        }
        catch (RequestFailedException exception)
        {
            throw new TableTransactionFailedException(exception);
        }
    }

    private static HttpMessage Message(TableService service, TransactionBody body)
    {
        var content = body.Close();
        var message = service.Message(RequestMethod.Post, "/$batch");
        message.Request.Headers.Add("Content-Type", $"multipart/mixed; boundary={body.Boundary}");
        message.Request.Content = RequestContent.Create(content);
        return message;
    }
}
