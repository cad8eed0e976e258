using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>The table service of one account: its address and the pipeline to it.</summary>
internal sealed class TableService(Uri endpoint, string accountName, HttpPipelinePolicy authentication, TableClientOptions? options)
{
    private static readonly TableClientOptions Defaults = new();

    private readonly string _version = (options ?? Defaults).VersionString;

    public string AccountName { get; } = accountName;

    public string Address { get; } = endpoint.AbsoluteUri.TrimEnd('/');

    public HttpPipeline Pipeline { get; } = HttpPipelineBuilder.Build(new HttpPipelineOptions(options ?? Defaults)
    {
        PerRetryPolicies = { authentication },
        RequestFailedDetailsParser = TableErrorParser.Instance,
    });

    public static TableService From(string connectionString, TableClientOptions? options)
    {
        var parsed = StorageConnectionString.Parse(connectionString);
        return new TableService(parsed.TableEndpoint, parsed.Key.AccountName, new TableSharedKeyPolicy(parsed.Key), options);
    }

    public static TableService From(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        return new TableService(endpoint, credential.AccountName, new TableSharedKeyPolicy(credential.Key), options);
    }

    public static TableService From(Uri endpoint, TokenCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new TableService(endpoint, StorageAddress.AccountOf(endpoint), AuthenticationPolicies.Bearer(credential), options);
    }

    public HttpMessage Message(RequestMethod method, string path)
    {
        var message = Pipeline.CreateMessage();
        var request = message.Request;
        request.Method = method;
        request.Uri.Reset(new Uri(Address + path));
        request.Headers.Add("x-ms-version", _version);
        request.Headers.Add("DataServiceVersion", "3.0");
        request.Headers.Add("Accept", "application/json;odata=minimalmetadata");
        return message;
    }

    /// <summary>Sends, and throws unless the answer has the wanted status (or the other one that is as good).</summary>
    public async Task<Response> SendAsync(HttpMessage message, int expected, int alsoFine, CancellationToken cancellationToken)
    {
        using (message)
        {
            await Pipeline.SendAsync(message, cancellationToken);
            var response = message.Response;
            return response.Status == expected || response.Status == alsoFine ? response : throw new RequestFailedException(response);
        }
    }

    public Task<Response> CreateTableAsync(string name, int alsoFine, CancellationToken cancellationToken)
    {
        var message = Message(RequestMethod.Post, "/Tables");
        message.Request.Headers.Add("Prefer", "return-no-content");
        SetJson(message.Request, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["TableName"] = name }));
        return SendAsync(message, 204, alsoFine, cancellationToken);
    }

    public static void SetJson(Request request, ReadOnlyMemory<byte> json)
    {
        request.Headers.Add("Content-Type", "application/json");
        request.Content = RequestContent.Create(json);
    }
}
