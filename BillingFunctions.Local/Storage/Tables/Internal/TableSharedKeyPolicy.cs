using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Signs table requests with the account's key (the scheme SharedKeyLite). Every retry is signed anew: the date is part of it.</summary>
internal sealed class TableSharedKeyPolicy(AccountKey key) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var request = message.Request;
        var date = TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        var path = request.Uri.ToUri().AbsolutePath;
        var signature = key.Sign($"{date}\n/{key.AccountName}{path}");

        request.Headers.SetValue("x-ms-date", date);
        request.Headers.SetValue("Authorization", $"SharedKeyLite {key.AccountName}:{signature}");
    }
}
