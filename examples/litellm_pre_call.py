"""Asks ai-finops before each call through the LiteLLM proxy; a denied model is refused before its provider is called.

FINOPS_URL and FINOPS_KEY name the server and an ingest key. FINOPS_LITELLM_PROXY is the `proxy` of the address that
usage is posted to. FINOPS_WHEN_UNREACHABLE, allow or deny, is what an answer that never came counts as.
"""

import os

import httpx
import litellm
from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

OF_KEY = ("team", "feature", "environment", "region", "customer_tier", "purpose")


FALLBACKS = ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks")


def fallback_names(fallbacks):
    """Of names, of {"model": name} and of {name: [names]}."""
    for one in fallbacks if isinstance(fallbacks, list) else []:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            model = one.get("model")
            yield from [model] if isinstance(model, str) else (n for to in one.values() for n in fallback_names(to))


def names_asked(data):
    """The model of a request, or several with commas between, and those that its client wants instead if it fails."""
    names = [name.strip() for name in data["model"].split(",")]
    return dict.fromkeys([*names, *(name for kind in FALLBACKS for name in fallback_names(data.get(kind)))])


def models_behind(name, team_id=None):
    """Provider and model of every deployment that the router may choose; none of a name that LiteLLM does not know."""
    from litellm.proxy import proxy_server

    router = proxy_server.llm_router
    deployments = router.get_model_list(model_name=name, team_id=team_id) if router else None
    found = set()
    for deployment in deployments or [{"litellm_params": {"model": name}}]:
        params = deployment["litellm_params"]
        named = (deployment.get("model_info") or {}).get("base_model") or params["model"]
        try:
            model, provider, _, _ = litellm.get_llm_provider(params["model"], params.get("custom_llm_provider"))
        except litellm.BadRequestError:
            continue
        found.add((provider, model if named == params["model"] else named))
    return sorted(found)


def attribution_of(key):
    """As the usage will be booked: by what the proxy knows of the key, not by what its client says."""
    known = {**(key.team_metadata or {}), **(key.metadata or {})}
    attribution = {name: known[name] for name in OF_KEY if isinstance(known.get(name), str)}
    team = key.team_alias or key.team_id
    return {**attribution, "team": team} if team else attribution


class FinopsPreCall(CustomLogger):
    def __init__(self):
        super().__init__()
        self.source = f"litellm/{os.environ.get('FINOPS_LITELLM_PROXY', 'proxy')}"
        self.denies_unheard = os.environ.get("FINOPS_WHEN_UNREACHABLE", "allow") == "deny"
        self.client = httpx.AsyncClient(
            base_url=os.environ["FINOPS_URL"],
            headers={"Authorization": f"Bearer {os.environ['FINOPS_KEY']}"},
            timeout=1.0,
        )

    async def denials(self, question):
        try:
            reply = await self.client.post("/v1/authorize", json=question)
            reply.raise_for_status()
            answer = reply.json()
        except (httpx.HTTPError, ValueError):
            return ["ai-finops does not answer"] if self.denies_unheard else []
        return [reason["text"] for reason in answer["reasons"] if reason["effect"] == "deny"]

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        if not isinstance(data.get("model"), str):
            return data
        asked = {"source": self.source, "attribution": attribution_of(user_api_key_dict)}
        most = data.get("max_completion_tokens") or data.get("max_tokens")
        if isinstance(most, int) and most > 0:
            asked["expected_output_tokens"] = most
        team_id = user_api_key_dict.team_id
        for provider, model in {pair for name in names_asked(data) for pair in models_behind(name, team_id)}:
            denied = await self.denials({**asked, "provider": provider, "model": model})
            if denied:
                raise HTTPException(status_code=403, detail={"error": "; ".join(denied)})
        return data


proxy_handler_instance = FinopsPreCall()
