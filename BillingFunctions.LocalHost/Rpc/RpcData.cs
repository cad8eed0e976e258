using Google.Protobuf;
using Microsoft.Azure.WebJobs;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace BillingFunctions.LocalHost.Rpc;

/// <summary>Values between the WebJobs SDK and the worker. Newtonsoft.Json, because the SDK's values are made for it.</summary>
internal static class RpcData
{
    private static readonly JsonSerializerSettings DatesAsText = new() { DateParseHandling = DateParseHandling.None };

    public static TypedData Write(object? value) => value switch
    {
        null => new TypedData(),
        string text => new TypedData { String = text },
        byte[] bytes => new TypedData { Bytes = ByteString.CopyFrom(bytes) },
        HttpContext http => new TypedData { Http = Route(http) },
        TimerInfo timer => new TypedData { Json = JsonConvert.SerializeObject(new { timer.ScheduleStatus, timer.IsPastDue }) },
        JToken json => new TypedData { Json = json.ToString(Formatting.None) },
        _ => new TypedData { Json = JsonConvert.SerializeObject(value) },
    };

    public static object? Read(TypedData? value) => value?.DataCase switch
    {
        TypedData.DataOneofCase.String => value.String,
        TypedData.DataOneofCase.Json => JsonConvert.DeserializeObject(value.Json, DatesAsText),
        TypedData.DataOneofCase.Bytes => value.Bytes.ToByteArray(),
        TypedData.DataOneofCase.Int => value.Int,
        TypedData.DataOneofCase.Double => value.Double,
        _ => null,
    };

    private static RpcHttp Route(HttpContext http)
    {
        var message = new RpcHttp();
        foreach (var (name, value) in http.Request.RouteValues)
        {
            message.NullableParams[name] = new NullableString { Value = value?.ToString() ?? "" };
        }

        return message;
    }
}
