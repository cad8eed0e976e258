using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>The pipeline to the blob service of one account.</summary>
internal sealed class BlobConnection(string accountName, HttpPipelinePolicy authentication, BlobClientOptions? options)
{
    private static readonly BlobClientOptions Defaults = new();

    private readonly string _version = (options ?? Defaults).VersionString;

    private readonly HttpPipeline _pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options ?? Defaults)
    {
        PerRetryPolicies = { authentication },
        RequestFailedDetailsParser = StorageErrorParser.Instance,
    });

    public string AccountName { get; } = accountName;

    public static BlobConnection From(StorageConnectionString parsed, BlobClientOptions? options) =>
        new(parsed.Key.AccountName, new SharedKeyPolicy(parsed.Key), options);

    public static BlobConnection From(StorageSharedKeyCredential credential, BlobClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return new BlobConnection(credential.AccountName, new SharedKeyPolicy(credential.Key), options);
    }

    public static BlobConnection From(Uri address, TokenCredential credential, BlobClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new BlobConnection(StorageAddress.AccountOf(address), AuthenticationPolicies.Bearer(credential), options);
    }

    public HttpMessage Message(RequestMethod method, string address)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri(address));
        message.Request.Headers.Add("x-ms-version", _version);
        return message;
    }

    /// <summary>Sends, and throws unless the answer has a wanted status.</summary>
    public async Task<Response> SendAsync(HttpMessage message, int expected, CancellationToken cancellationToken)
    {
        using (message)
        {
            return await SendOpenAsync(message, expected, cancellationToken);
        }
    }

    /// <summary>As <see cref="SendAsync"/>, for a message whose content the caller goes on to read.</summary>
    public async Task<Response> SendOpenAsync(HttpMessage message, int expected, CancellationToken cancellationToken)
    {
        await _pipeline.SendAsync(message, cancellationToken);
        return message.Response.Status == expected ? message.Response : throw new RequestFailedException(message.Response);
    }
}
